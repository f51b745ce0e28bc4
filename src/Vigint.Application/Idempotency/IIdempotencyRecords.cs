using System.Security.Cryptography;
using System.Text.Json;
using Vigint.Application.Common;
using Vigint.Domain;

namespace Vigint.Application.Idempotency;

/// <summary>
/// Calls that have been made under a key. Every method throws <see cref="Refusal.Unavailable"/> when the database is away.
/// </summary>
public interface IIdempotencyRecords
{
    /// <returns>Null when nothing was done under the key.</returns>
    Task<KnownCall?> FindAsync(KeyedCall call, CancellationToken cancellationToken);

    /// <summary>Notes that something is about to be done under the key, unless that is noted already.</summary>
    /// <param name="subject">What it is done to.</param>
    /// <returns>What is noted: this, or what was there before.</returns>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.Forbidden"/> when the owner is a client that is being erased, or has been.
    /// </exception>
    Task<KnownCall> BeginAsync(KeyedCall call, string subject, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Notes how the call was answered, the first time.</summary>
    /// <param name="answer">In JSON; holds no secret.</param>
    Task CompleteAsync(KeyedCall call, string answer, CancellationToken cancellationToken);

    /// <summary>Nothing was done under the key after all.</summary>
    Task AbandonAsync(KeyedCall call, CancellationToken cancellationToken);

    /// <summary>After the clock was set: none gets older by a step ahead, and none is dated ahead of the time that it is.</summary>
    /// <param name="step">By how much; less than nothing for back.</param>
    Task TakeUpStepAsync(DateTimeOffset now, TimeSpan step, CancellationToken cancellationToken);

    /// <summary>Forgets the oldest of those before a time.</summary>
    /// <param name="most">About how many go at once.</param>
    /// <returns>How many; fewer than <paramref name="most"/> when there are no more.</returns>
    Task<int> ForgetAsync(DateTimeOffset before, int most, CancellationToken cancellationToken);

    /// <summary>Forgets all of an owner's.</summary>
    Task ForgetOfAsync(string owner, CancellationToken cancellationToken);
}

/// <summary>A call that came with a key.</summary>
/// <param name="Owner">Keys of different callers have nothing to do with each other.</param>
/// <param name="Kind">Nor have those of different kinds of calls.</param>
/// <param name="Digest">SHA-256 of what was sent, in lower-case hex digits.</param>
public sealed record KeyedCall(string Owner, KeyedCallKind Kind, IdempotencyKey Key, string Digest)
{
    /// <param name="sent">All parts of what was sent, in an order; null for one that was not.</param>
    public static KeyedCall Of(Caller caller, KeyedCallKind kind, IdempotencyKey key, params IEnumerable<string?> sent) =>
        new(caller.Owner, kind, key, Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(sent))));
}

public enum KeyedCallKind
{
    Alert,
    Upload,
}

/// <param name="Subject">The alert or the video.</param>
/// <param name="Answer">As it was noted; null when the first call was not answered: it is under way, or the server died of it.</param>
public sealed record KnownCall(string Digest, string Subject, string? Answer)
{
    /// <exception cref="RefusedException"><see cref="Refusal.Contradiction"/> when something else was sent.</exception>
    public KnownCall RequireSame(KeyedCall call) => Digest == call.Digest ? this : throw IdempotencyRefusals.AnotherBody();
}
