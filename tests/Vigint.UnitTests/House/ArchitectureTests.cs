using System.Reflection;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Routing;
using NetArchTest.Rules;
using Vigint.Application;
using Vigint.Domain;
using Vigint.Infrastructure;

namespace Vigint.UnitTests.House;

/// <summary>The rules of the house. Each is seen red by breaking it: a package in the domain, a database type in a controller, …</summary>
public sealed class ArchitectureTests
{
    private static readonly Assembly Domain = typeof(RefusedException).Assembly;
    private static readonly Assembly Application = typeof(ApplicationServices).Assembly;
    private static readonly Assembly Infrastructure = typeof(InfrastructureServices).Assembly;
    private static readonly Assembly Api = typeof(Program).Assembly;

    private static readonly string Framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    private static IEnumerable<TypeInfo> Controllers => Api.DefinedTypes.Where(type => type.IsSubclassOf(typeof(ControllerBase)));

    // The second of two would never be applied.
    [Test]
    public void The_changes_of_the_database_are_numbered_without_gaps_and_repeats()
    {
        const string folder = ".Migrations.";
        var numbers = Infrastructure
            .GetManifestResourceNames()
            .Where(name => name.Contains(folder, StringComparison.Ordinal))
            .Select(name =>
                int.Parse(
                    name.AsSpan(name.IndexOf(folder, StringComparison.Ordinal) + folder.Length, 4),
                    System.Globalization.CultureInfo.InvariantCulture
                )
            )
            .Order()
            .ToList();

        Assert.That(numbers, Is.Not.Empty.And.EqualTo(Enumerable.Range(1, numbers.Count)));
    }

    // What the runtime itself brings: a package may be called System, too.
    [Test]
    public void Domain_refers_to_nothing_but_the_framework() => Assert.That(Domain.GetReferencedAssemblies().Where(IsOutside), Is.Empty);

    [Test]
    public void Application_refers_to_no_web_and_no_database() =>
        Assert.That(
            Application.GetReferencedAssemblies().Where(IsOutside).Select(name => name.Name),
            Is.SubsetOf([
                Domain.GetName().Name,
                "MediatR",
                "System.IO.Hashing",
                "FluentValidation",
                "FluentValidation.DependencyInjectionExtensions",
                "Handlebars",
                "Microsoft.Extensions.DependencyInjection.Abstractions",
                "Microsoft.Extensions.Logging.Abstractions",
            ])
        );

    [Test]
    public void Application_opens_no_socket_no_file_and_starts_no_program()
    {
        var result = Types
            .InAssembly(Application)
            .ShouldNot()
            .HaveDependencyOnAny(
                "System.Data",
                "System.Net.Http",
                "System.Net.Sockets.Socket",
                "System.Net.Mail",
                "System.IO.File",
                "System.IO.FileStream",
                "System.IO.Directory",
                "System.Diagnostics.Process"
            )
            .GetResult();

        Assert.That(result.FailingTypeNames ?? [], Is.Empty);
    }

    [Test]
    public void Infrastructure_refers_to_no_web() =>
        Assert.That(
            Infrastructure.GetReferencedAssemblies().Select(name => name.Name),
            Has.None.StartsWith("Microsoft.AspNetCore").And.None.EqualTo(Api.GetName().Name)
        );

    // The settings say what adapters there are, health says how they are, and background services wait for the database; nobody else knows
    // how anything is done.
    [Test]
    public void Nothing_of_the_api_refers_to_an_adapter_but_settings_and_background_services()
    {
        var result = Types
            .InAssembly(Api)
            .That()
            .DoNotResideInNamespace("Vigint.Api.Settings")
            .And()
            .DoNotResideInNamespace("Vigint.Api.Background")
            .And()
            .DoNotHaveName(nameof(Program), "ApiServices", "HealthController")
            .ShouldNot()
            .HaveDependencyOnAny("Vigint.Infrastructure", "System.Data", "Dapper", "Npgsql", "Microsoft.Data")
            .GetResult();

        Assert.That((result.FailingTypeNames ?? []).Where(name => !name.StartsWith("Program", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase("Dapper", "Persistence")]
    [TestCase("Npgsql", "Persistence")]
    [TestCase("Microsoft.Data.Sqlite", "Persistence")]
    [TestCase("System.Net.Mail", "Mails")]
    public void What_an_adapter_is_made_with_is_seen_nowhere_else(string library, string folder)
    {
        var users = Types.InAssembly(Infrastructure).That().HaveDependencyOnAny(library).GetTypes().ToList();

        Assert.That(users, Is.Not.Empty);
        Assert.That(
            users.Where(type =>
                type.Namespace?.StartsWith($"Vigint.Infrastructure.{folder}", StringComparison.Ordinal) == false
                && type != typeof(InfrastructureServices)
                && type.DeclaringType != typeof(InfrastructureServices)
            ),
            Is.Empty
        );
    }

    [Test]
    public void Adapters_are_seen_by_nobody_outside()
    {
        var seen = Infrastructure
            .GetExportedTypes()
            .Where(type =>
                type.Name.EndsWith("Records", StringComparison.Ordinal) || type.GetInterfaces().Any(port => port.Assembly == Application)
            );

        Assert.That(seen, Is.Empty);
    }

    [Test]
    public void Every_request_has_exactly_one_handler()
    {
        var requests = Application.DefinedTypes.Where(type => !type.IsAbstract && type.GetInterfaces().Any(IsRequest));
        var handled = Application
            .DefinedTypes.SelectMany(type => type.GetInterfaces())
            .Where(IsHandler)
            .Select(handler => handler.GenericTypeArguments[0]);

        Assert.That(handled.Order(ByName), Is.EqualTo(requests.Select(type => type.AsType()).Order(ByName)));

        static bool IsRequest(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IRequest<>);
        static bool IsHandler(Type type) =>
            type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IRequestHandler<,>) && !type.ContainsGenericParameters;
    }

    // One policy of the class and another of the action would both be asked for.
    [Test]
    public void Every_action_says_once_what_key_it_needs()
    {
        var unclear = Controllers
            .SelectMany(controller => controller.DeclaredMethods.Select(method => (controller, method)))
            .Where(one => one.method.GetCustomAttributes<HttpMethodAttribute>().Any())
            .Where(one =>
                one.controller.GetCustomAttributes()
                    .Concat(one.method.GetCustomAttributes())
                    .Count(it => it is IAuthorizeData or IAllowAnonymous) != 1
            )
            .Select(one => $"{one.controller.Name}.{one.method.Name}");

        Assert.That(unclear, Is.Empty);
    }

    [Test]
    public void Everything_asynchronous_that_a_port_promises_can_be_cancelled()
    {
        var deaf = Application
            .GetExportedTypes()
            .Where(type => type.IsInterface)
            .SelectMany(port => port.GetMethods())
            .Where(method =>
                typeof(Task).IsAssignableFrom(method.ReturnType)
                && method.GetParameters().LastOrDefault()?.ParameterType != typeof(CancellationToken)
            )
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}");

        Assert.That(deaf, Is.Empty);
    }

    private static bool IsOutside(AssemblyName name) => !File.Exists(Path.Combine(Framework, name.Name + ".dll"));

    private static Comparer<Type> ByName { get; } =
        Comparer<Type>.Create((one, other) => string.CompareOrdinal(one.FullName, other.FullName));
}
