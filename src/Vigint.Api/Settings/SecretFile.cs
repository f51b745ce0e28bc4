using System.Security.Cryptography;
using Vigint.Infrastructure;
using Vigint.Infrastructure.Disk;

namespace Vigint.Api.Settings;

/// <summary>The operator's key of a server that was given none: made once and kept where only its owner can read it.</summary>
internal static class SecretFile
{
    private const int KeyBytes = 32;
    private const string Name = "secret.key";

    /// <param name="mayMake">False for who only looks: a key that is not there yet is made and kept nowhere.</param>
    /// <exception cref="StartUpException">The data folder cannot be written, or the key not be read.</exception>
    public static (string Key, string Path) ReadOrMake(string dataFolder, bool mayMake)
    {
        var path = Path.Combine(dataFolder, Name);
        try
        {
            if (Kept(path) is { } kept)
                return (kept, path);

            var made = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes));
            if (!mayMake)
                return (made, path);

            Directory.CreateDirectory(dataFolder);
            var draft = path + ".new";
            File.Delete(draft);
            using (
                var file = new FileStream(
                    draft,
                    new FileStreamOptions
                    {
                        Mode = FileMode.CreateNew,
                        Access = FileAccess.Write,
                        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                    }
                )
            )
            {
                using var writer = new StreamWriter(file);
                writer.WriteLine(made);
                writer.Flush();
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, path, overwrite: true);
            return (made, path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartUpException(
                $"No key can be kept in '{path}' ({exception.Message}); set SECRET_KEY, or make the folder writable.",
                exception
            );
        }
    }

    /// <summary>Whether a server made itself a key here once, and it is not this one.</summary>
    public static bool HoldsAnother(string dataFolder, string key)
    {
        try
        {
            return Kept(Path.Combine(dataFolder, Name)) is { } kept && kept != key;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is not needed.
            return false;
        }
    }

    private static string? Kept(string path) => RegularFile.ReadText(path)?.Trim() is { Length: > 0 } kept ? kept : null;
}
