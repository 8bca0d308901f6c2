using System.Text;

namespace Tests;

/// <summary>Something that no browser sends.</summary>
/// <param name="Kind">What is wrong with it.</param>
/// <param name="Bytes">What is sent.</param>
/// <param name="Answer">The status that it gets, or the code of the close frame; 0 is any from 400 to 499.</param>
sealed record HostileInput(string Kind, byte[] Bytes, int Answer = 0)
{
    public override string ToString() => $"{Kind}: {Escape(Bytes)}";

    public static string Escape(byte[] bytes) =>
        string.Concat(Encoding.Latin1.GetString(bytes).Take(600).Select(Escape));

    static string Escape(char c) => c is >= ' ' and <= '~' ? $"{c}" : $"\\x{(int)c:X2}";
}
