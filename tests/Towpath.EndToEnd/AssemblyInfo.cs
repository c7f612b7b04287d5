using System.Runtime.Versioning;

[assembly: SupportedOSPlatform("linux")]

// Each test drives a whole machine: containers, networks, ports. Side by side they would measure each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
