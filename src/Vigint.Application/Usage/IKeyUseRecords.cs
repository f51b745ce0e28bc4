namespace Vigint.Application.Usage;

/// <summary>When each key was last used.</summary>
public interface IKeyUseRecords
{
    /// <summary>Notes when keys were last used, by key id; an earlier time than the one that is recorded changes nothing.</summary>
    /// <exception cref="Domain.RefusedException"><see cref="Domain.Refusal.Unavailable"/> when the database is away.</exception>
    Task NoteUseAsync(IReadOnlyDictionary<int, DateTimeOffset> lastUses, CancellationToken cancellationToken);
}
