using System.Text.Json;

namespace Tests;

/// <summary>JSON that no step may take for a message, made up from a seed.</summary>
sealed class HostileText(Random random)
{
    /// <summary>A whole body or frame that is not acceptable. Valid UTF-8, as a WebSocket's text has to be.</summary>
    /// <param name="valid">Makes a message out of a JSON value for its text: the body of a POST, or a frame.</param>
    public string Json(Func<string, string> valid)
    {
        var good = valid("\"Hello\"");
        var deep = random.Next(65, 3000);
        return random.Next(12) switch
        {
            0 => good[..random.Next(good.Length)],
            1 => Letters(random.Next(1, 200)),
            2 => Repeat("[", deep),
            3 => Repeat("{\"a\":", deep),
            4 => valid($"\"Hello\",\"more\":{Repeat("[", deep)}{Repeat("]", deep)}"),
            5 => Pick("null", "true", "0", "\"Hello\"", "[]", "{}", "[{}]", "-", "1e999999", "\0", "//", "NaN"),
            6 => good + Pick("x", ",", "}", good, "\0", "/**/"),
            7 => good.Replace("}", ",}"),
            8 => good.Replace('"', '\''),
            _ => valid(Text()),
        };
    }

    /// <summary>A JSON value that is not acceptable as the text of a message.</summary>
    string Text() => random.Next(9) switch
    {
        0 => Pick("null", "true", "[]", "{}", "[\"Hello\"]", "{\"text\":\"Hello\"}"),
        1 => Pick("", "-", "1e") + Repeat($"{random.Next(1, 10)}", random.Next(1, 5000)), // Huge numbers.
        2 => $"\"{Repeat("x", random.Next(501, 5000))}\"",
        3 => $"\"{Repeat(Pick(" ", "\\t", "\\n", "\\u00a0", "\\u2003"), random.Next(20))}\"",
        4 => $"\"a{Pick("\\u0000", "\\u0007", "\\n", "\\u001b[2J", "\\u007f", "\\u0085", "\\r\\n")}b\"",
        5 => $"\"a{(char)random.Next(32)}b\"", // Only an escape may stand for it.
        6 => $"\"\\ud{random.Next(8, 16):x}{random.Next(256):x2}\"", // Half a surrogate pair.
        7 => $"\"\\ud83d\\ude00\\ud83d{Letters(3)}\"",
        _ => $"\"\\{Pick("x", "u12", "U0041", "'", "0")}\"",
    };

    /// <summary>A user of a message, as a JSON value, that is not acceptable.</summary>
    public string User() =>
        Pick("\"\"", "\"  \"", "null", "1", "{}", "\"a\\nb\"", "\"\\udc00\"",
        $"\"{Repeat("x", random.Next(51, 500))}\"",
        JsonSerializer.Serialize(Repeat("😀", 50))); // 100 UTF-16 units.

    /// <summary>Bytes that are not UTF-8.</summary>
    public string BadUtf8() =>
        Pick("\xFF", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\xF0\x9F\x98", "\x80");

    /// <summary>Any characters that are letters, digits or signs.</summary>
    string Letters(int length)
    {
        var letters = Enumerable.Range(0, length).Select(_ => (char)random.Next(33, 0xD800));
        return $":{string.Concat(letters)}"; // Nothing in JSON starts like this.
    }

    public byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    string Pick(params string[] one) => one[random.Next(one.Length)];

    static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
