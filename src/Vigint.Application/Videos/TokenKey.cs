namespace Vigint.Application.Videos;

/// <summary>The secret that link tokens are made with: <c>SPARSE_AI_API_KEY</c>, else <c>SECRET_KEY</c>.</summary>
public sealed record TokenKey(string Value)
{
    public override string ToString() => "(secret)";
}
