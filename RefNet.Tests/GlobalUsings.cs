// Almost every law is tested over them.
global using RefNet.Verification.Cases;
