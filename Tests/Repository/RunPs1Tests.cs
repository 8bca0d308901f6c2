using Classroom;

namespace Tests;

/// <summary>run.ps1 as text: what Windows PowerShell 5.1 can read, and short.</summary>
public sealed class RunPs1Tests
{
    [Fact]
    public void It_is_short_and_plain_ASCII()
    {
        var bytes = File.ReadAllBytes(Path.Combine(Repository.Root, "run.ps1"));
        // Without a byte order mark, Windows PowerShell 5.1 reads a script in the system's code page.
        Assert.All(bytes, letter => Assert.InRange(letter, (byte)'\n', (byte)'~'));
        Assert.InRange(bytes.Count(letter => letter == '\n'), 1, 30);
    }
}
