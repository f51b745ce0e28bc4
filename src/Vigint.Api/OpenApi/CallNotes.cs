using Vigint.Domain;

namespace Vigint.Api.OpenApi;

/// <summary>
/// What the API's document says of a call beyond what the code tells by itself: words, examples, refusals, and bodies that the
/// code reads or writes by hand. Kept in a file beside the controller.
/// </summary>
/// <param name="Call">Method and route, as <c>POST /api/v1/videos/upload</c>.</param>
/// <param name="Summary">A few words.</param>
internal sealed record CallNotes(string Call, string Summary)
{
    /// <summary>What else is to be known; Markdown.</summary>
    public string? Text { get; init; }

    /// <summary>The JSON of a body that the code reads itself; null where the action takes it as a parameter, or takes none.</summary>
    public Type? Body { get; init; }

    /// <summary>Members that are taken out of the body before it is read as that type.</summary>
    public IReadOnlyList<FieldNotes> BodyMembers { get; init; } = [];

    /// <summary>Parts of a form; none where the call takes none.</summary>
    public IReadOnlyList<FieldNotes> Form { get; init; } = [];

    /// <summary>JSON of a body.</summary>
    public string? BodyExample { get; init; }

    /// <summary>Query parameters of a call that is no action, and headers.</summary>
    public IReadOnlyList<ParameterNotes> Parameters { get; init; } = [];

    /// <summary>JSON of the answer, whatever its status as long as it is no error.</summary>
    public string? AnswerExample { get; init; }

    /// <summary>Members of the answer that its type has not, or all where it has none.</summary>
    public IReadOnlyList<FieldNotes> AnswerMembers { get; init; } = [];

    /// <summary>Content types of answers that are no JSON.</summary>
    public IReadOnlyList<string> AnswerFiles { get; init; } = [];

    /// <summary>Answers that are neither the usual one nor an error, with their reason.</summary>
    public IReadOnlyList<(int Status, string Reason)> OtherAnswers { get; init; } = [];

    /// <summary>Its own; those that every call of its kind may have are known.</summary>
    public IReadOnlyList<RefusedException> Refusals { get; init; } = [];

    /// <summary>Refusals whose status differs from the status of their kind.</summary>
    public IReadOnlyList<(int Status, RefusedException Refusal)> RefusalsOfHttp { get; init; } = [];

    /// <summary>Whether the database being away matters to it.</summary>
    public bool UsesDatabase { get; init; } = true;
}

/// <param name="Example">
/// What the page for trying calls fills in. Null for what may be absent: a filled-in cursor or Idempotency-Key would be sent.
/// </param>
internal sealed record ParameterNotes(string Name, string Text, string? Example = null, bool IsHeader = false, bool IsRequired = false)
{
    /// <summary>The values that are accepted; none where any text is.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>The smallest and the largest value of a whole number; null for a text.</summary>
    public (int Least, int Most)? Whole { get; init; }
}

/// <summary>A member of a JSON object or a part of a form.</summary>
internal sealed record FieldNotes(string Name, FieldKind Kind, string Text, bool IsRequired = false, bool MayBeNull = false)
{
    /// <summary>The values that a text may have; none where it may be any.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];
}

internal enum FieldKind
{
    Text,
    Number,
    Whole,
    Flag,
    Time,

    /// <summary>A file in a form.</summary>
    File,

    /// <summary>A file in JSON.</summary>
    Base64,
    Texts,
    Object,
    Objects,

    /// <summary>A number or a text.</summary>
    Any,
}
