using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Classroom;

namespace Tests;

/// <summary>
/// The code and the bytes that the two texts quote. An excerpt is a block of code below a line "From [file](file):",
/// and its lines stand in that file, in a row; only the indentation that they share is left out.
/// </summary>
public sealed partial class ReadmeExcerptTests
{
    const int Shortest = 2;
    const int Longest = 20;

    /// <summary>For the overview of the whole file before 01.</summary>
    const int LongestOfFirstProgram = 30;

    static readonly string[] Texts = ["README.md", "Classroom/README.md"];

    static readonly string Readme = Read("README.md");

    [Fact]
    public void Every_excerpt_stands_in_its_file()
    {
        foreach (var text in Texts)
        {
            var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, text))!;
            foreach (var excerpt in Excerpts(Read(text)))
            {
                var file = Path.Combine(folder, excerpt.File);
                Assert.True(File.Exists(file), $"{text} names {excerpt.File}, which is not there");
                var longest = excerpt.File == "01-HttpRefresh/Program.cs" ? LongestOfFirstProgram : Longest;
                Assert.InRange(excerpt.Lines.Length, Shortest, longest);
                Assert.True(
                    IsIn(File.ReadAllLines(file), excerpt.Lines),
                    $"{text}: these lines do not stand in {excerpt.File}:\n{string.Join('\n', excerpt.Lines)}");
            }
        }
    }

    [Fact]
    public void Every_step_shows_its_server_and_its_page()
    {
        var files = Excerpts(Readme).Select(excerpt => excerpt.File).ToArray();
        foreach (var step in Repository.Steps())
        {
            Assert.Contains(files, file => file.StartsWith($"{step}/", StringComparison.Ordinal)
                && file.EndsWith(".cs", StringComparison.Ordinal));
            Assert.Contains($"{step}/chat.js", files);
        }
    }

    /// <summary>What names a file as its source is an excerpt: no misspelt line makes it unchecked.</summary>
    [Fact]
    public void Every_source_that_is_named_has_its_block()
    {
        foreach (var text in Texts.Select(Read))
        {
            Assert.Equal(Source().Count(text), Excerpts(text).Length);
        }
    }

    [Fact]
    public void A_changed_line_is_noticed()
    {
        string[] file = ["{", "    first;", "    {", "        second;", "    }", "}"];
        Assert.True(IsIn(file, ["first;", "{", "    second;", "}"]));
        Assert.True(IsIn(file, ["second;"]));
        Assert.False(IsIn(file, ["first;", "second;"]));
        Assert.False(IsIn(file, ["first;", "{", "second;", "}"]));
        Assert.False(IsIn(file, ["third;"]));
    }

    /// <summary>The answer of the handshake that is shown belongs to the key that is shown (RFC 6455, 4.2.2).</summary>
    [Fact]
    public void The_handshake_that_is_shown_is_a_right_one()
    {
        var key = Header("Sec-WebSocket-Key");
        var accept = SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
        Assert.Equal(Convert.ToBase64String(accept), Header("Sec-WebSocket-Accept"));
    }

    /// <summary>The webhook that is shown is signed with the secret that is shown.</summary>
    [Fact]
    public void The_webhook_that_is_shown_is_signed()
    {
        var secret = Regex.Match(Readme, "\"secret\":\"whsec_([^\"]+)\"").Groups[1].Value;
        const string Start = "{\"type\":\"messages\",\"timestamp\"";
        var body = Assert.Single(Readme.Split('\n'), line => line.StartsWith(Start, StringComparison.Ordinal));
        Assert.Equal(Header("Content-Length"), $"{Encoding.UTF8.GetByteCount(body)}");
        var signed = $"{Header("webhook-id")}.{Header("webhook-timestamp")}.{body}";
        var signature = HMACSHA256.HashData(Convert.FromBase64String(secret), Encoding.UTF8.GetBytes(signed));
        Assert.Equal($"v1,{Convert.ToBase64String(signature)}", Header("webhook-signature"));
    }

    /// <summary>Messages that are shown as JSON have the fields that a step sends.</summary>
    [Fact]
    public void Batches_that_are_shown_are_messages()
    {
        var batches = Batch().Matches(Readme).Select(match => match.Groups[1].Value).ToArray();
        Assert.NotEmpty(batches);
        foreach (var batch in batches)
        {
            foreach (var message in JsonDocument.Parse(batch).RootElement.EnumerateArray())
            {
                var fields = message.EnumerateObject().Select(field => field.Name).ToArray();
                Assert.Equal(["id", "user", "text", "timestamp"], fields.Take(4));
                Assert.Subset(new HashSet<string> { "key" }, fields.Skip(4).ToHashSet());
            }
        }
    }

    static string Read(string text)
    {
        return File.ReadAllText(Path.Combine(Repository.Root, text));
    }

    static Excerpt[] Excerpts(string text)
    {
        return
        [
            .. Block().Matches(text).Select(match =>
                new Excerpt(match.Groups["file"].Value, match.Groups["body"].Value.TrimEnd('\n').Split('\n'))),
        ];
    }

    static bool IsIn(string[] file, string[] lines)
    {
        for (var start = 0; start + lines.Length <= file.Length; start++)
        {
            if (WithoutIndentation(file[start..(start + lines.Length)]).SequenceEqual(lines))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Moves the lines to the left as far as all of them can go.</summary>
    static IEnumerable<string> WithoutIndentation(string[] lines)
    {
        var filled = lines.Where(line => line != "").ToArray();
        var indentation = filled.Length == 0 ? 0 : filled.Min(line => line.Length - line.TrimStart().Length);
        return lines.Select(line => line == "" ? "" : line[indentation..]);
    }

    /// <summary>The value of a header that is shown once, in a request or an answer.</summary>
    static string Header(string name)
    {
        var values = Regex.Matches(Readme, $@"^(?:[<>] )?{name}: ([^\n<]+)$", RegexOptions.Multiline);
        return Assert.Single(values.Select(match => match.Groups[1].Value).Distinct());
    }

    sealed record Excerpt(string File, string[] Lines);

    [GeneratedRegex(@"^From \[`[^\n]*\n", RegexOptions.Multiline)]
    private static partial Regex Source();

    [GeneratedRegex(
        @"^From \[`[^`\n]+`\]\((?<file>[^)\n]+)\):\n\n```(?:csharp|js)\n(?<body>.*?)^```\n",
        RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^(?:data: )?(\[\{.+\}\])$", RegexOptions.Multiline)]
    private static partial Regex Batch();
}
