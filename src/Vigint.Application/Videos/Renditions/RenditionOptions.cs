namespace Vigint.Application.Videos.Renditions;

/// <param name="AreMade">
/// <c>RENDITIONS</c>: whether playable forms and stills are made at all; without, every link gives the bytes as uploaded.
/// </param>
public sealed record RenditionOptions(bool AreMade);
