using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;
using Vigint.Api.Errors;
using Vigint.Api.Http;
using Vigint.Api.Keys;
using Vigint.Domain;
using Vigint.Domain.Clients;

namespace Vigint.Api.OpenApi;

/// <summary>
/// Completes what the generator found out about a call by its <see cref="CallNotes"/> and by what holds for all calls of its kind.
/// </summary>
internal static class CallDescription
{
    public const string GoneTag = "Gone";

    private const string Json = "application/json";
    private const string Form = "multipart/form-data";
    private const string ExampleTraceId = "0HNB2Q9V3K1TA:00000001";

    private static readonly TimeSpan ExampleWait = TimeSpan.FromSeconds(5);

    public static async Task TransformAsync(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        var call = context.Description;
        var path = $"/{call.RelativePath}";
        var notes = Notes.Of(call.HttpMethod!, path);
        var needs = Policies.Of(call.ActionDescriptor.EndpointMetadata);
        operation.Summary = notes.Summary;
        operation.Description = notes.Text;
        operation.OperationId = IdOf(call.HttpMethod!, path);
        operation.Tags = new HashSet<OpenApiTagReference> { new(Notes.TagOf(notes), context.Document) };
        operation.Security = SecurityOf(needs, context.Document!);
        DescribeParameters(operation, notes, path);
        await DescribeBodyAsync(operation, notes, context, cancellationToken);
        DescribeAnswers(operation, notes, isHead: HttpMethods.IsHead(call.HttpMethod!));
        DescribeRefusals(operation, notes, needs, context.Document!);
    }

    /// <summary>A call that only says that it is gone.</summary>
    public static OpenApiPathItem OfGone(string path, OpenApiDocument document)
    {
        var operation = new OpenApiOperation
        {
            OperationId = IdOf(HttpMethods.Get, path),
            Summary = "Gone",
            Description = "Whatever method it is asked with. The old server passed these calls on to a service of its own.",
            Deprecated = true,
            Tags = new HashSet<OpenApiTagReference> { new(GoneTag, document) },
            Security = [],
            Parameters = [InPath("rest")],
            Responses = [],
        };
        AddProblems(
            operation,
            document,
            [
                (
                    StatusCodes.Status410Gone,
                    path.Contains("rtsp", StringComparison.Ordinal) ? GoneController.NoRtsp() : GoneController.NoBilling()
                ),
            ]
        );
        return new OpenApiPathItem { Operations = new Dictionary<HttpMethod, OpenApiOperation> { [HttpMethod.Get] = operation } };
    }

    // postApiV1VideosLinkExtend: what generators make a method of.
    private static string IdOf(string method, string path)
    {
        var words = path.Split(['/', '-', '_', '.', '{', '}'], StringSplitOptions.RemoveEmptyEntries);
        return method.ToLowerInvariant() + string.Concat(words.Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
    }

    private static List<OpenApiSecurityRequirement> SecurityOf(string? policy, OpenApiDocument document)
    {
        string[] schemes = policy switch
        {
            null => [],
            Policies.Administrator => [DocumentFrame.AdminKey],
            Policies.Watcher => [DocumentFrame.Bearer, DocumentFrame.ApiKey, DocumentFrame.AdminKey],
            _ => [DocumentFrame.Bearer, DocumentFrame.ApiKey],
        };
        return
        [
            .. schemes.Select(scheme => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, document)] = [] }),
        ];
    }

    private static void DescribeParameters(OpenApiOperation operation, CallNotes notes, string path)
    {
        operation.Parameters ??= [];
        foreach (var parameter in notes.Parameters.Where(one => operation.Parameters.All(known => known.Name != one.Name)))
        {
            operation.Parameters.Add(
                new OpenApiParameter
                {
                    Name = parameter.Name,
                    In = parameter.IsHeader ? ParameterLocation.Header : ParameterLocation.Query,
                    Required = parameter.IsRequired,
                    Description = parameter.Text,
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                }
            );
        }

        foreach (var name in Notes.InPath(path).Where(one => operation.Parameters.All(known => known.Name != one)))
            operation.Parameters.Insert(0, InPath(name));

        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>())
        {
            var known =
                notes.Parameters.FirstOrDefault(one => one.Name == parameter.Name) ?? Notes.Parameters.GetValueOrDefault(parameter.Name!);
            if (known is not null)
                Describe(parameter, known);
        }
    }

    private static void Describe(OpenApiParameter parameter, ParameterNotes known)
    {
        parameter.Description = known.Text;
        parameter.Required |= known.IsRequired;
        if (known.Whole is { } whole)
            parameter.Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Format = "int32",
                Minimum = TextOf(whole.Least),
                Maximum = TextOf(whole.Most),
            };
        else if (known.Values.Count > 0)
            parameter.Schema = Fields.Text(known.Values);
        if (known.Example is { } example)
            parameter.Example =
                parameter.Schema?.Type == JsonSchemaType.Integer ? int.Parse(example, CultureInfo.InvariantCulture) : example;
    }

    private static async Task DescribeBodyAsync(
        OpenApiOperation operation,
        CallNotes notes,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        if (notes.Body is null && notes.Form.Count == 0 && operation.RequestBody is null)
            return;
        var body = operation.RequestBody as OpenApiRequestBody ?? new OpenApiRequestBody();
        body.Content ??= new Dictionary<string, OpenApiMediaType>();

        // An empty one is as good as {}.
        body.Required = notes.Form.Count > 0 && notes.Body is null;
        if (notes.Body is not null)
        {
            IOpenApiSchema schema = await context.GetOrCreateSchemaAsync(notes.Body, cancellationToken: cancellationToken);
            body.Content[Json] = new OpenApiMediaType { Schema = notes.BodyMembers.Count == 0 ? schema : With(schema, notes.BodyMembers) };
        }

        if (notes.BodyExample is not null)
            body.Content[Json].Example = JsonNode.Parse(notes.BodyExample);
        if (notes.Form.Count > 0)
            body.Content[Form] = new OpenApiMediaType { Schema = Fields.ObjectOf(notes.Form) };
        operation.RequestBody = body;
    }

    private static void DescribeAnswers(OpenApiOperation operation, CallNotes notes, bool isHead)
    {
        operation.Responses ??= [];
        foreach (
            var (status, answer) in operation
                .Responses.Where(one => one.Value is OpenApiResponse)
                .Select(one => (one.Key, (OpenApiResponse)one.Value))
        )
        {
            answer.Description = ReasonPhrases.GetReasonPhrase(int.Parse(status, CultureInfo.InvariantCulture));
            var schema = answer.Content?.TryGetValue(Json, out var json) == true ? json.Schema : null;
            answer.Content = new Dictionary<string, OpenApiMediaType>();
            if (isHead)
                continue;
            if (notes.AnswerMembers.Count > 0)
                schema = schema is null or { Properties: null or { Count: 0 } }
                    ? Fields.ObjectOf(notes.AnswerMembers)
                    : With(schema, notes.AnswerMembers);
            if (schema is not null)
                answer.Content[Json] = new OpenApiMediaType
                {
                    Schema = schema,
                    Example = notes.AnswerExample is null ? null : JsonNode.Parse(notes.AnswerExample),
                };
            foreach (var file in notes.AnswerFiles)
                answer.Content[file] = new OpenApiMediaType
                {
                    Schema = file.StartsWith("text/", StringComparison.Ordinal)
                        ? new OpenApiSchema { Type = JsonSchemaType.String }
                        : Fields.File(),
                };
        }

        foreach (var (status, reason) in notes.OtherAnswers)
        {
            var answer = new OpenApiResponse { Description = reason, Content = new Dictionary<string, OpenApiMediaType>() };
            if (status == StatusCodes.Status206PartialContent && !isHead)
            {
                foreach (var file in notes.AnswerFiles)
                    answer.Content[file] = new OpenApiMediaType { Schema = Fields.File() };
            }

            operation.Responses[TextOf(status)] = answer;
        }
    }

    private static void DescribeRefusals(OpenApiOperation operation, CallNotes notes, string? needs, OpenApiDocument document)
    {
        var refusals = new List<RefusedException>(notes.Refusals);
        if (needs is not null)
            refusals.AddRange([KeyRefusals.Missing(needs), KeyRefusals.Wrong(needs), ClientRefusals.TooManyWrongKeys(ExampleWait)]);
        if (operation.RequestBody is not null)
            refusals.AddRange([RequestRefusals.Unreadable(), RequestRefusals.TooSlow(), RequestRefusals.UnknownEncoding()]);
        if (operation.RequestBody?.Content?.ContainsKey(Json) == true)
            refusals.AddRange([JsonBody.IsNone(), JsonBody.IsTooLarge()]);
        if (notes.UsesDatabase)
            refusals.Add(DatabaseRefusals.Away(ExampleWait));
        refusals.Add(RequestRefusals.Fault());
        AddProblems(
            operation,
            document,
            [.. refusals.Select(refusal => (RefusalHandler.StatusOf(refusal.Refusal), refusal)), .. notes.RefusalsOfHttp]
        );
    }

    private static void AddProblems(
        OpenApiOperation operation,
        OpenApiDocument document,
        IReadOnlyList<(int Status, RefusedException Refusal)> problems
    )
    {
        foreach (var ofStatus in problems.GroupBy(one => one.Status).OrderBy(group => group.Key))
        {
            // Health answers 503 in its own form.
            if (operation.Responses!.ContainsKey(TextOf(ofStatus.Key)))
                continue;
            var examples = ofStatus
                .DistinctBy(one => one.Refusal.Message)
                .ToDictionary(
                    one => NameOf(one.Refusal.Message),
                    IOpenApiExample (one) => new OpenApiExampleReference(KeptExample(one.Status, one.Refusal, document), document),
                    StringComparer.Ordinal
                );
            operation.Responses[TextOf(ofStatus.Key)] = new OpenApiResponse
            {
                Description = ReasonPhrases.GetReasonPhrase(ofStatus.Key),
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [Problem.MediaType] = new OpenApiMediaType
                    {
                        Schema = new OpenApiSchemaReference(DocumentFrame.ProblemSchema, document),
                        Examples = examples,
                    },
                },
            };
        }
    }

    // Many calls are refused with the same sentence; where the advice differs it is another example.
    private static string KeptExample(int status, RefusedException refusal, OpenApiDocument document)
    {
        var value = Problem.Of(status, refusal, ExampleTraceId);
        for (var number = 1; ; number++)
        {
            var name = number == 1 ? NameOf(refusal.Message) : $"{NameOf(refusal.Message)}_{number}";
            if (document.Components?.Examples?.TryGetValue(name, out var known) != true)
                document.AddComponent<IOpenApiExample>(name, new OpenApiExample { Summary = refusal.Message, Value = value });
            else if (!JsonNode.DeepEquals(known!.Value, value))
                continue;
            return name;
        }
    }

    private static OpenApiParameter InPath(string name) =>
        new()
        {
            Name = name,
            In = ParameterLocation.Path,
            Required = true,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        };

    private static OpenApiSchema With(IOpenApiSchema schema, IReadOnlyList<FieldNotes> more) =>
        new() { AllOf = [schema, Fields.ObjectOf(more)] };

    private static string NameOf(string sentence) =>
        string.Join('_', sentence.Split([' ', ':', ',', ';', '\'', '(', ')', '.', '/'], StringSplitOptions.RemoveEmptyEntries).Take(6))
            .ToLowerInvariant();

    private static string TextOf(int status) => status.ToString(CultureInfo.InvariantCulture);
}
