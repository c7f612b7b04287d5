using Towpath.Core.Applications;

namespace Towpath.Core.Ci;

/// <summary>What a pipeline file is written for.</summary>
/// <param name="Path">Folder of the Compose file from the top of the repository; null for the top itself.</param>
/// <param name="Runner">Label of the machines that have the <c>towpath</c> program and a container engine.</param>
public sealed record CiFileOptions(string? Path, string Runner);

/// <summary>A pipeline file that runs the same pipeline in another system: the steps are <c>towpath</c>'s own there too, so that both mean the same.</summary>
/// <param name="Name">Where it belongs, from the top of the repository.</param>
/// <param name="Text">Its text.</param>
public sealed record CiFile(string Name, string Text)
{
    private const string Evidence = "towpath-evidence.json";
    private const string Sheet = "handover.md";
    private const string Quality = "gl-code-quality-report.json";

    /// <summary>Whether a word can stand in a shell's line, in YAML and in Groovy without meaning anything there.</summary>
    public static bool IsPlain(string word) => word.Length is > 0 and <= 200 && word[0] is not ('-' or '/') && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/');

    /// <summary>The file of a system.</summary>
    /// <param name="system">Which.</param>
    /// <param name="options">Plain words only (<see cref="IsPlain"/>).</param>
    public static CiFile Of(CiSystem system, CiFileOptions options) => system switch
    {
        CiSystem.GitLab => GitLab(options),
        CiSystem.GitHub => GitHub(options),
        CiSystem.Jenkins => Jenkins(options),
        _ => throw new ArgumentOutOfRangeException(nameof(system)),
    };

    // Variables: "Predefined CI/CD variables" of GitLab. Jobs: its "CI/CD YAML syntax reference".
    private static CiFile GitLab(CiFileOptions options) => new(".gitlab-ci.yml", $$"""
        # Written by `towpath ci gitlab`: the same pipeline as on the control plane, on a runner with the tag below that has towpath and a container engine.
        # TOWPATH_URL and TOWPATH_TOKEN are variables of the project, protected and masked: Settings, CI/CD, Variables.
        stages: [check, pipeline, evidence]

        default:
          tags: ["{{options.Runner}}"]

        check:
          stage: check
          script:
            - towpath check{{PathOf(options)}} --output gitlab > {{Quality}}
            - towpath contract{{PathOf(options)}} > {{Sheet}}
          artifacts:
            when: always
            paths: [{{Sheet}}]
            reports:
              codequality: {{Quality}}

        pipeline:
          stage: pipeline
          script:
            - towpath pipeline run "$CI_COMMIT_SHA"{{PathOf(options)}} --evidence {{Evidence}}
          artifacts:
            when: always
            paths: [{{Evidence}}]

        evidence:
          stage: evidence
          needs: [pipeline]
          rules:
            - if: $TOWPATH_TOKEN
              when: always
          script:
            - towpath evidence submit {{Evidence}} --commit "$CI_COMMIT_SHA"

        """);

    // "Workflow syntax for GitHub Actions". Pushes only: a pull request of a stranger must not run on a machine of one's own.
    private static CiFile GitHub(CiFileOptions options) => new(".github/workflows/towpath.yml", $$$"""
        # Written by `towpath ci github`: the same pipeline as on the control plane, on a runner with the label below that has towpath and a container engine.
        # TOWPATH_URL and TOWPATH_TOKEN are secrets of the repository: Settings, Secrets and variables, Actions.
        name: towpath

        on:
          push:
            branches: ["**"]

        permissions:
          contents: read

        jobs:
          pipeline:
            runs-on: [self-hosted, "{{{options.Runner}}}"]
            timeout-minutes: 60
            steps:
              - uses: actions/checkout@v4
                with:
                  persist-credentials: false
              - name: check
                run: towpath check{{{PathOf(options)}}}
              - name: contract
                run: towpath contract{{{PathOf(options)}}} > {{{Sheet}}}
              - name: pipeline
                run: towpath pipeline run "$GITHUB_SHA"{{{PathOf(options)}}} --evidence {{{Evidence}}}
              - name: evidence
                if: ${{ always() && hashFiles('{{{Evidence}}}') != '' }}
                env:
                  TOWPATH_URL: ${{ secrets.TOWPATH_URL }}
                  TOWPATH_TOKEN: ${{ secrets.TOWPATH_TOKEN }}
                run: towpath evidence submit {{{Evidence}}} --commit "$GITHUB_SHA"
              - uses: actions/upload-artifact@v4
                if: ${{ always() }}
                with:
                  name: towpath
                  path: |
                    {{{Sheet}}}
                    {{{Evidence}}}
                  if-no-files-found: ignore

        """);

    // "Pipeline Syntax" of Jenkins; withCredentials is of its plugin Credentials Binding. Single quotes: the shell, and not Groovy, puts values in.
    private static CiFile Jenkins(CiFileOptions options) => new("Jenkinsfile", $$"""
        // Written by `towpath ci jenkins`: the same pipeline as on the control plane, on an agent with the label below that has towpath and a container engine.
        // towpath-url and towpath-token are credentials of the kind "Secret text".
        pipeline {
            agent { label '{{options.Runner}}' }
            options { timeout(time: 60, unit: 'MINUTES') }
            stages {
                stage('check') {
                    steps {
                        sh 'towpath check{{PathOf(options)}}'
                        sh 'towpath contract{{PathOf(options)}} > {{Sheet}}'
                    }
                }
                stage('pipeline') {
                    steps {
                        sh 'towpath pipeline run "$GIT_COMMIT"{{PathOf(options)}} --evidence {{Evidence}}'
                    }
                    post {
                        always {
                            archiveArtifacts artifacts: '{{Sheet}}, {{Evidence}}', allowEmptyArchive: true
                            withCredentials([string(credentialsId: 'towpath-url', variable: 'TOWPATH_URL'), string(credentialsId: 'towpath-token', variable: 'TOWPATH_TOKEN')]) {
                                sh 'towpath evidence submit {{Evidence}} --commit "$GIT_COMMIT"'
                            }
                        }
                    }
                }
            }
        }

        """);

    private static string PathOf(CiFileOptions options) => options.Path is { } path ? $" --path {path}" : "";
}
