namespace Vigint.Api.Media;

/// <summary>Where the bytes of one base64 member go while they come in.</summary>
internal interface IMediaSink
{
    void Append(ReadOnlySpan<byte> bytes);

    /// <summary>The member has ended.</summary>
    /// <param name="isBase64">False when it was none after all; what was appended is then good for nothing.</param>
    /// <exception cref="Vigint.Domain.RefusedException">The call cannot do without it.</exception>
    void End(bool isBase64);
}
