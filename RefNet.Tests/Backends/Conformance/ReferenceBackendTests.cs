using RefNet.Backends;
using RefNet.Backends.Reference;

namespace RefNet.Tests.Backends.Conformance;

/// <summary>The definitions in float against themselves in double; what they are is tested by hand and by laws beside this.</summary>
public sealed class ReferenceBackendSingleTests : BackendTests<float>
{
    protected override IBackend<float> Create() => new ReferenceBackend<float>();
}

/// <inheritdoc cref="ReferenceBackendSingleTests"/>
public sealed class ReferenceBackendDoubleTests : BackendTests<double>
{
    protected override IBackend<double> Create() => new ReferenceBackend<double>();
}
