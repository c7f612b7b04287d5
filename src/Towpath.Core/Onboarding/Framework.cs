using System.Collections.Immutable;

namespace Towpath.Core.Onboarding;

/// <summary>What a service is made with, as its files tell.</summary>
/// <param name="Name">Its name, for people.</param>
/// <param name="Marker">The file that says so: a name, or an ending that begins with a dot.</param>
/// <param name="Mark">What stands in that file.</param>
/// <param name="Port">The port that it listens on unless it is told another; null for none.</param>
/// <param name="Health">The health path that comes with it; null for none.</param>
/// <param name="IsPages">It is pages for people: the natural answer to <c>/</c>.</param>
internal sealed record Framework(string Name, string Marker, string Mark, int? Port, string? Health = null, bool IsPages = false)
{
    /// <summary>In the order in which they are tried: what builds on another stands before it.</summary>
    public static ImmutableArray<Framework> All { get; } =
    [
        new("Next.js", "package.json", "\"next\"", 3000, IsPages: true),
        new("Nuxt", "package.json", "\"nuxt\"", 3000, IsPages: true),
        new("NestJS", "package.json", "\"@nestjs/core\"", 3000),
        new("Fastify", "package.json", "\"fastify\"", 3000),
        new("Express", "package.json", "\"express\"", 3000),
        new("Koa", "package.json", "\"koa\"", 3000),
        new("Angular", "package.json", "\"@angular/core\"", 4200, "/", IsPages: true),
        new("React", "package.json", "\"react-scripts\"", 3000, "/", IsPages: true),
        new("Vue", "package.json", "\"@vue/cli-service\"", 8080, "/", IsPages: true),
        new("Vite", "package.json", "\"vite\"", 5173, "/", IsPages: true),
        new("FastAPI", "requirements.txt", "fastapi", 8000),
        new("FastAPI", "pyproject.toml", "fastapi", 8000),
        new("Django", "requirements.txt", "django", 8000),
        new("Django", "pyproject.toml", "django", 8000),
        new("Flask", "requirements.txt", "flask", 5000),
        new("Flask", "pyproject.toml", "flask", 5000),
        new("Spring Boot with Actuator", "pom.xml", "spring-boot-starter-actuator", 8080, "/actuator/health"),
        new("Spring Boot with Actuator", "build.gradle", "spring-boot-starter-actuator", 8080, "/actuator/health"),
        new("Spring Boot with Actuator", "build.gradle.kts", "spring-boot-starter-actuator", 8080, "/actuator/health"),
        new("Spring Boot", "pom.xml", "spring-boot", 8080),
        new("Spring Boot", "build.gradle", "org.springframework.boot", 8080),
        new("Spring Boot", "build.gradle.kts", "org.springframework.boot", 8080),
        new("ASP.NET Core", ".csproj", "Microsoft.NET.Sdk.Web", 8080),
        new("Rails", "Gemfile", "rails", 3000),
        new("Laravel", "composer.json", "laravel/framework", 8000),
        new("Symfony", "composer.json", "symfony/framework-bundle", 8000),
        new("Go", "go.mod", "module ", null),
        new("Rust", "Cargo.toml", "[package]", null),
    ];

    /// <summary>Whether a file says so.</summary>
    public bool IsSaidBy(string path, Func<string, string?> text)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return (Marker[0] == '.' ? name.EndsWith(Marker, StringComparison.Ordinal) : name == Marker)
            && text(path)?.Contains(Mark, StringComparison.OrdinalIgnoreCase) == true;
    }
}

/// <summary>How a schema is brought up to date.</summary>
/// <param name="Name">The tool, for people.</param>
/// <param name="Marker">The path that says so, from the folder of the service; one that ends in a slash is a folder.</param>
/// <param name="Beside">Another path that must be there too, or null.</param>
/// <param name="Command">What runs it in the built image; null where that can't be told from the files.</param>
internal sealed record MigrationTool(string Name, string Marker, string? Beside, string? Command)
{
    /// <summary>In the order in which they are tried.</summary>
    public static ImmutableArray<MigrationTool> All { get; } =
    [
        new("Django", "manage.py", null, "python manage.py migrate --noinput"),
        new("Flask-Migrate", "migrations/env.py", null, "flask db upgrade"),
        new("Alembic", "alembic.ini", null, "alembic upgrade head"),
        new("Prisma", "prisma/migrations/", null, "npx prisma migrate deploy"),
        new("Knex", "knexfile.js", null, "npx knex migrate:latest"),
        new("Sequelize", ".sequelizerc", null, "npx sequelize-cli db:migrate"),
        new("Rails", "db/migrate/", "Gemfile", "bin/rails db:migrate"),
        new("Laravel", "database/migrations/", "artisan", "php artisan migrate --force"),
        new("Doctrine", "migrations/", "bin/console", "php bin/console doctrine:migrations:migrate --no-interaction"),
        new("Entity Framework Core", "Migrations/", null, null),
        new("SQL files", "migrations/", null, null),
    ];

    /// <summary>The path that says so, below a folder; null where none does.</summary>
    public string? FoundIn(string folder, IReadOnlyList<string> paths)
    {
        var prefix = folder == "." ? "" : folder + "/";
        var at = prefix + Marker;
        var isThere = Marker.EndsWith('/') ? paths.Any(p => p.StartsWith(at, StringComparison.Ordinal)) : paths.Contains(at, StringComparer.Ordinal);
        return isThere && (Beside is null || paths.Contains(prefix + Beside, StringComparer.Ordinal)) ? at : null;
    }
}
