using Towpath.Core.Applications;
using Towpath.Core.Ci;

namespace Towpath.Tests.Ci;

public sealed class CiPlaceTests
{
    [Fact]
    public void Of_GitLabsVariables_IsTheJob() => Of(
            ("GITLAB_CI", "true"), ("CI_JOB_URL", "https://gitlab.example.org/team/shop/-/jobs/7"), ("CI_PIPELINE_ID", "5"), ("CI_COMMIT_REF_NAME", "main"), ("CI_RUNNER_DESCRIPTION", "r1"))
        .ShouldBe(new CiPlace(CiSystem.GitLab, "https://gitlab.example.org/team/shop/-/jobs/7", "5", "main", "r1"));

    [Fact]
    public void Of_GitHubsVariables_IsTheAttempt() => Of(
            ("GITHUB_ACTIONS", "true"), ("GITHUB_SERVER_URL", "https://github.example.org"), ("GITHUB_REPOSITORY", "team/shop"), ("GITHUB_RUN_ID", "9"), ("GITHUB_RUN_ATTEMPT", "2"), ("GITHUB_REF_NAME", "main"), ("RUNNER_NAME", "r1"))
        .ShouldBe(new CiPlace(CiSystem.GitHub, "https://github.example.org/team/shop/actions/runs/9/attempts/2", "9", "main", "r1"));

    [Fact]
    public void Of_JenkinssVariables_IsTheBuild() => Of(
            ("JENKINS_URL", "https://ci.example.org/"), ("BUILD_URL", "https://ci.example.org/job/shop/3/"), ("BUILD_TAG", "jenkins-shop-3"), ("GIT_BRANCH", "origin/main"), ("NODE_NAME", "n1"))
        .ShouldBe(new CiPlace(CiSystem.Jenkins, "https://ci.example.org/job/shop/3/", "jenkins-shop-3", "origin/main", "n1"));

    [Fact]
    public void Of_NoneOfThem_IsNowhere()
    {
        Of(("CI", "true")).ShouldBeNull();
        Of(("GITHUB_ACTIONS", "true")).ShouldBe(new CiPlace(CiSystem.GitHub, null, null, null, null));
    }

    private static CiPlace? Of(params (string Name, string Value)[] variables) => CiPlace.Of(name => variables.FirstOrDefault(v => v.Name == name).Value);
}
