using System.Globalization;
using Microsoft.Data.Sqlite;
using Vigint.Infrastructure.Disk;

namespace Vigint.Infrastructure.Persistence;

/// <summary>
/// Copies of a SQLite database beside itself as it was before a newer version changed it: the way back to the older version
/// (docs/operations.md).
/// </summary>
internal sealed class SchemaCopies(SqliteDataSource database)
{
    // The one before, too, for an operator who goes back two versions.
    private const int Kept = 2;

    private readonly string folder = Path.GetDirectoryName(database.FilePath)!;

    /// <summary>Keeps one, unless the one that is there is of this very state: a start that fails is repeated.</summary>
    /// <param name="before">The number of the migration that comes next.</param>
    /// <exception cref="StartUpException">There is no room for it.</exception>
    public void Keep(int before)
    {
        // With the write-ahead log emptied all that there is is in the file, and its time is the time of the last change.
        var time = File.GetLastWriteTimeUtc(database.FilePath);
        var copy = $"{database.FilePath}.before-{before.ToString("0000", CultureInfo.InvariantCulture)}";
        if (File.Exists(copy) && File.GetLastWriteTimeUtc(copy) == time)
            return;

        var beside = $"{copy}.new";
        try
        {
            File.Delete(beside);
            Write(beside);
            File.SetLastWriteTimeUtc(beside, time);
            File.Move(beside, copy, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }

        using var handle = Posix.OpenFolder(folder);
        Posix.FlushFolder(handle);
        foreach (
            var old in Directory
                .GetFiles(folder, $"{Path.GetFileName(database.FilePath)}.before-????")
                .OrderDescending(StringComparer.Ordinal)
                .Skip(Kept)
        )
            File.Delete(old);
    }

    private void Write(string path)
    {
        var size = new FileInfo(database.FilePath).Length;
        var free = new DriveInfo(folder).AvailableFreeSpace;
        if (free < size)
            throw NoRoom(size, free, inner: null);

        // SQLite would make it readable for everybody; it takes an empty file for none.
        NewFile.Open(path, FileAccess.Write).Dispose();
        try
        {
            database.CopyInto(path);
        }
        catch (SqliteException exception) when (SqliteDataSource.IsFull(exception))
        {
            throw NoRoom(size, free, exception);
        }

        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }

    private StartUpException NoRoom(long size, long free, Exception? inner) =>
        new(
            $"This version changes the database '{database.FilePath}' and first keeps a copy of it, for which there is no room "
                + $"({Megabytes(size)} MB needed, "
                + $"{Megabytes(free)} MB free); make room and start again. Nothing was changed.",
            inner
        );

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString("0.#", CultureInfo.InvariantCulture);
}
