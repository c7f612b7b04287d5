using System.Runtime.Versioning;
using Towpath.Cluster;

[assembly: SupportedOSPlatform("linux")]
[assembly: AssemblyFixture(typeof(ClusterFixture))]
