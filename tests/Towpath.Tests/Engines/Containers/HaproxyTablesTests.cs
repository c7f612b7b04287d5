using Towpath.Core.Environments;
using Towpath.Engines.Containers.Gateways;

namespace Towpath.Tests.Engines.Containers;

public sealed class HaproxyTablesTests
{
    private const string StateHeader =
        "1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port\n";

    private const string StatHeader = "# pxname,svname,qcur,qmax,scur,smax,status,weight,check_status,addr,\n";

    private static string State(int operational, int admin, string name = "r1") =>
        $"{StateHeader}4 api 1 {name} 10.0.0.4 {operational} {admin} 90 100 5 15 3 4 6 0 0 0 - 8000 - 0 0 - - 0\n\n";

    private static string Stat(string check, int sessions = 0, int queued = 0) =>
        $"{StatHeader}public,FRONTEND,,,3,9,OPEN,,,,\napi,r1,{queued},0,{sessions},7,UP,90,{check},10.0.0.4:8000,\napi,BACKEND,0,0,1,7,UP,90,,,\n\n";

    [Fact]
    public void Read_BothTables_JoinsThem()
    {
        var server = HaproxyTables.Read(State(operational: 2, admin: 0), Stat("L7OK", sessions: 2, queued: 1), "").Servers.ShouldHaveSingleItem();
        server.ShouldBe(new GatewayServerState("api", "r1", "10.0.0.4", 8000, GatewayServerAdmin.Ready, true, 90, "L7OK", 2, 1));
        server.InService.ShouldBeTrue();
        server.IsIdle.ShouldBeFalse();
    }

    [Theory]
    [InlineData(0, GatewayServerAdmin.Ready)]
    [InlineData(0x08, GatewayServerAdmin.Drain)]
    [InlineData(0x10, GatewayServerAdmin.Drain)]
    [InlineData(0x01, GatewayServerAdmin.Maintenance)]
    [InlineData(0x09, GatewayServerAdmin.Maintenance)]
    [InlineData(0x20, GatewayServerAdmin.Maintenance)]
    public void Read_AdminState_IsTold(int bits, GatewayServerAdmin expected) =>
        HaproxyTables.Read(State(2, bits), Stat("L7OK"), "").Servers.Single().Admin.ShouldBe(expected);

    [Theory]
    [InlineData("L7OK", true)]
    [InlineData("* L7OK", true)]
    [InlineData("L4OK", true)]
    [InlineData("", false)]
    [InlineData("INI", false)]
    [InlineData("L7STS", false)]
    [InlineData("L4CON", false)]
    public void Read_Check_IsTold(string check, bool passed) =>
        HaproxyTables.Read(State(2, 8), Stat(check), "").Servers.Single().CheckPassed.ShouldBe(passed);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Read_NotRunning_IsNotInService(int operational) =>
        HaproxyTables.Read(State(operational, 0), Stat("L4CON"), "").Servers.Single().InService.ShouldBeFalse();

    [Fact]
    public void Read_ServerInOneTableOnly_IsLeftOut() =>
        HaproxyTables.Read(State(2, 0, name: "new"), Stat("L7OK"), "").Servers.ShouldBeEmpty();

    [Fact]
    public void Read_NoServers_IsEmpty() => HaproxyTables.Read(StateHeader + "\n", StatHeader, "").Servers.ShouldBeEmpty();

    [Theory]
    [InlineData("")]
    [InlineData("Unknown command")]
    public void Read_SomethingElse_IsAFormatError(string text) =>
        Should.Throw<FormatException>(() => HaproxyTables.Read(text, text, ""));

    [Fact]
    public void Read_Counters_AddAnswersThatBrokeOffAndSlowOnes()
    {
        const string stat = """
            # pxname,svname,scur,qcur,eresp,hrsp_1xx,hrsp_2xx,hrsp_3xx,hrsp_4xx,hrsp_5xx,hrsp_other,check_status,
            public,FRONTEND,3,,,0,90,1,5,4,0,,
            api,r1,0,0,2,0,40,0,3,1,0,L7OK,

            """;
        const string slow = """
            # table: towpath:slow, type: string, size:10240, used:2
            0x55d0c8a0: key=api/r1 use=0 exp=0 gpc0=7
            0x55d0c8f0: key=public use=0 exp=0 gpc0=9
            0x55d0c8f0: key=api/gone use=0 exp=0 gpc0=1

            """;
        var told = HaproxyTables.Read(State(2, 0), stat, slow);
        told.Servers.Single().Counters.ShouldBe(new RequestCounters(46, 3, 7));
        told.Entry.ShouldBe(new RequestCounters(100, 4, 9));
    }

    [Theory]
    [InlineData("No such table\n")]
    [InlineData("")]
    [InlineData("0x1: key=public\n0x2: gpc0=4\n0x3: key=public gpc0=many\n")]
    public void Read_NoTableOfSlowAnswers_CountsNone(string table) =>
        HaproxyTables.Read(State(2, 0), Stat("L7OK"), table).Entry.Slow.ShouldBe(0);
}
