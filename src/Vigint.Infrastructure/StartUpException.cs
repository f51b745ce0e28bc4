namespace Vigint.Infrastructure;

/// <summary>The server cannot start; the message is the one sentence that its operator is shown.</summary>
public sealed class StartUpException(string message, Exception? inner = null) : Exception(message, inner);
