using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tests;

/// <summary>The pages against what they are about: files, diffs, commands, bytes and pictures of today.</summary>
public sealed partial class TextTests
{
    static readonly string text = string.Join('\n', Page.All.Select(page => page.Text));

    static readonly string[] sheets =
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "Classroom"), "*.html").Select(File.ReadAllText)];

    [Fact]
    public void Every_page_is_there_and_short_enough_to_be_finished()
    {
        Assert.Equal(Page.Names, Page.All.Select(page => page.Name));
        var bytes = Page.All.Select(page => Encoding.UTF8.GetByteCount(page.Text)).ToArray();
        Assert.InRange(bytes[0], 0, 15_000);
        Assert.InRange(bytes.Max(), 0, 16_000);
        Assert.InRange(bytes.Sum(), 0, 110_999);
    }

    [Fact]
    public void It_is_plain_text_and_names_nobody_but_Alice_Bob_and_Carol_and_no_machine()
    {
        // \p{Cs} is half a character beyond the first 65,536: emoji, and nothing that a lecture needs.
        Assert.DoesNotMatch(@"[\t\r\p{Cs}]| \n|/home/|/root/|/tmp/|C:\\Users", text);
        var names = Regex.Matches(text, "user=([A-Z][a-z]+)|\"user\":\"([^\"…]+)\"")
            .Select(match => match.Groups[1].Value + match.Groups[2].Value);
        Assert.Subset(new HashSet<string> { "Alice", "Bob", "Carol" }, names.ToHashSet());
    }

    [Fact]
    public void Links_lead_somewhere()
    {
        foreach (var (page, link) in InProse(@"\]\((?!https://)([^)\s]+)\)"))
        {
            var parts = link.Split('#');
            var path = parts[0].Length > 0 ? Path.Combine(page.Folder, parts[0]) : page.Path;
            Assert.True(Path.Exists(path), $"{page} links to {link}, which is not there");
            Assert.True(
                parts.Length == 1 || Regex.Matches(File.ReadAllText(path), "(?m)^#+ (.+)$").Any(IsIt),
                $"{page} links to {link}, but there is no such chapter");

            bool IsIt(Match heading) => parts[1] ==
                Regex.Replace(heading.Groups[1].Value.ToLowerInvariant(), @"[^\w\- ]", "").Replace(' ', '-');
        }
    }

    /// <summary>Whatever looks like a path from the page's folder or from the set's.</summary>
    [Fact]
    public void Paths_that_are_named_are_there()
    {
        foreach (var (page, path) in InProse(@"`((?:\.pictures|\.ci|0\d-\w+|Classroom|Tests|Webhooks)/[\w./-]+)`"))
        {
            var isThere = new[] { page.Folder, Repository.Root }.Any(folder => Path.Exists(Path.Combine(folder, path)));
            Assert.True(isThere, $"{page} names {path}, which is not there");
        }
    }

    /// <summary>
    /// The lines of an excerpt stand in the file that is named above it, in a row; those of a diff in what is printed.
    /// </summary>
    [Fact]
    public async Task Excerpts_and_diffs_stand_where_they_are_from()
    {
        foreach (var page in Page.All)
        {
            foreach (var block in page.Blocks.Where(block => block.Source is not null))
            {
                var (from, to, file) = block.Source!.Value;
                var lines = from is null
                    ? File.ReadAllLines(Path.Combine(page.Folder, file))
                    : await ChangesAsync($"diff {from} {to}", file);
                Assert.InRange(block.Lines.Length, 2, 20);
                Assert.All(string.Join('\n', block.Lines).Split("\n…\n"), part => Assert.True(
                    Stand(part.Split('\n'), lines), $"{page}: {block.Lead}\n{part}\nThese lines do not stand there."));
            }
            // None is left out because its first line is misspelt.
            var named = Regex.Count(page.Prose, @"(?m)^ *(From [\[`]|Save as `)");
            Assert.Equal(named, page.Blocks.Count(block => block.Source is not null || block.SavedAs is not null));
        }
    }

    [Fact]
    public async Task Every_command_is_one_that_there_is_with_its_options()
    {
        foreach (Match match in Script().Matches(string.Join('\n', [text, .. sheets])))
        {
            var words = match.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var options = words.Where(word => word.StartsWith("--"));
            var isThere = words switch
            {
                [] or ["test"] or ["test", "--filter" or "--list-tests", ..] => true,
                ["test", var step] => IsStep(step),
                [var step, ..] when IsStep(step) => options.All(option => IsOption(option, Technique.Of(step))),
                ["diff", var from, var to] => IsStep(from) && IsStep(to),
                ["break", var step, ..] when !IsStep(step) => false,
                _ => await Tool.RunAsync($"{words[0]} --help") is (0, var help) && options.All(help.Contains),
            };
            Assert.True(isThere, match.Value);
        }

        static bool IsStep(string word) => word is "N" or "M" or "STEP" || Technique.Find(word) is not null;

        // The framework's, or read in Program.cs.
        static bool IsOption(string word, Technique technique) => word is "--urls" or "--AllowedHosts"
            || File.ReadAllText(Path.Combine(Repository.Root, technique.Folder, "Program.cs")).Contains(word[2..]);
    }

    [Fact]
    public void Batches_that_are_shown_have_the_fields_that_a_step_sends()
    {
        var batches = Regex.Matches(text, @"(?m)(?:^ *(?:data: )?|""messages"":)(\[\{[^…\n]+?\}\])")
            .SelectMany(match => JsonElement.Parse(match.Groups[1].Value).EnumerateArray());
        Assert.NotEmpty(batches);
        Assert.All(batches, message => Assert.Matches(
            "^id,user,text,timestamp(,key)?(,origin)?$",
            string.Join(',', message.EnumerateObject().Select(field => field.Name))));
    }

    /// <summary>./run.sh compare --json Classroom/measured.json writes the figures, and prints that.</summary>
    [Fact]
    public void The_measured_table_is_what_compare_printed()
    {
        var figures = File.ReadAllText(Path.Combine(Repository.Root, "Classroom", "measured.json"));
        Assert.Contains(ComparisonReport.Markdown(ComparisonResult.FromJson(figures)), text);
    }

    /// <summary>RFC 6455, 4.2.2.</summary>
    [Fact]
    public void The_handshake_that_is_shown_is_a_right_one()
    {
        var key = Header("Sec-WebSocket-Key", Page.Drawings) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key)));
        Assert.Equal(accept, Header("Sec-WebSocket-Accept", Page.Drawings));
    }

    [Fact]
    public void The_webhook_that_is_shown_is_signed_with_the_secret_that_is_shown()
    {
        var secret = Regex.Match(text, "\"secret\":\"whsec_([^\"…]+)\"").Groups[1].Value;
        var body = Assert.Single(text.Split('\n'), line => line.StartsWith("{\"type\":\"messages\",\"timestamp\""));
        Assert.Equal(Header("Content-Length", text), $"{Encoding.UTF8.GetByteCount(body)}");
        var signed = Encoding.UTF8.GetBytes($"{Header("webhook-id", text)}.{Header("webhook-timestamp", text)}.{body}");
        var signature = HMACSHA256.HashData(Convert.FromBase64String(secret), signed);
        Assert.Equal($"v1,{Convert.ToBase64String(signature)}", Header("webhook-signature", text));
    }

    /// <summary>In a page, or copied into what is printed or shown at the projector.</summary>
    [Fact]
    public void Every_picture_is_shown_and_every_copy_is_the_same()
    {
        var copies = sheets.SelectMany(sheet => Regex.Matches(sheet, "(?s)<svg.+?</svg>")).Select(match => match.Value);
        var files = Directory.GetFiles(Path.Combine(Repository.Root, ".pictures"));
        var drawn = files.Where(file => file.EndsWith(".svg")).Select(file => File.ReadAllText(file).Trim());
        Assert.Subset(drawn.ToHashSet(), copies.ToHashSet());
        Assert.Equal([], files.Where(file =>
            !text.Contains($".pictures/{Path.GetFileName(file)})") && !copies.Contains(File.ReadAllText(file).Trim())));
    }

    static IEnumerable<(Page Page, string Value)> InProse(string pattern) => Page.All.SelectMany(
        page => Regex.Matches(page.Prose, pattern), (page, match) => (page, match.Groups[1].Value));

    /// <summary>What is printed of a file.</summary>
    static async Task<string[]> ChangesAsync(string command, string file)
    {
        var (_, said) = await Tool.RunAsync(command);
        return
        [
            .. said.Split('\n').SkipWhile(line => !line.StartsWith("+++ ") || !line.EndsWith($"/{file}"))
                .TakeWhile(line => !line.StartsWith("--- ")),
        ];
    }

    static bool Stand(string[] lines, string[] file)
    {
        var wanted = Block.Dedent(lines);
        return Enumerable.Range(0, Math.Max(0, file.Length - lines.Length + 1))
            .Any(start => Block.Dedent(file[start..(start + lines.Length)]).SequenceEqual(wanted));
    }

    /// <summary>The value of a header that is shown in one way only.</summary>
    static string Header(string name, string shown) => Assert.Single(
        Regex.Matches(shown, $@"(?m)^ *(?:[<>] )?{name}: ([^\n<…]+)$")
            .Select(match => match.Groups[1].Value)
            .Distinct());

    [GeneratedRegex(
        @"(?m)\./run\.(?:sh|ps1)((?: (?:[a-z]+|[NM]|STEP|\d[\w-]*|--\w+|(?<=--\w+ )[^\s`<]+)(?=[\s`<):,.]|$))*)")]
    private static partial Regex Script();
}
