namespace RefNet.Data.Augmentation;

/// <summary>x' = XX x + XY y + X, y' = YX x + YY y + Y, in pixels from the centre of an image; x points right, y down.</summary>
public readonly record struct AffineMap(double XX, double XY, double YX, double YY, double X = 0, double Y = 0);
