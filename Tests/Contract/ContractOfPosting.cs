using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Classroom;

namespace Tests;

/// <summary>Sending by POST: every step but 04.</summary>
public abstract class ContractOfPosting<TProgram>(
    StepServer<TProgram> server, string[] held) : ContractTests<TProgram>(server, held)
    where TProgram : class
{
    const int Limit = 16 * 1024;

    static readonly string Hello = """{"user":"Alice","text":"Hello"}""";

    /// <summary>
    /// Where the Location header of a stored message points to: all that is newer than the one before it.
    /// </summary>
    protected abstract string LocationOf(ChatMessage stored);

    protected override async Task<ChatMessage[]> SendAsync(string user, params string[] texts)
    {
        var stored = new List<ChatMessage>();
        foreach (var text in texts)
        {
            using var response = await Http.PostAsJsonAsync("/messages", new { user, text });
            Assert.Equal(HttpStatusCode.Created, response.StatusCode);
            stored.Add(await StoredAsync(response));
        }
        Newest = stored[^1].Id;
        return [.. stored];
    }

    [Fact]
    public async Task A_message_is_created()
    {
        using var response = await PostAsync(Json("""{"user":"Аліса","text":"Привіт"}"""));
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var stored = await StoredAsync(response);
        Assert.Equal(LocationOf(stored), response.Headers.Location?.OriginalString);
        var raw = await response.Content.ReadAsStringAsync();
        Assert.Contains("Привіт", raw); // Not \u041f…
        Assert.EndsWith("Z", JsonSerializer.Deserialize<JsonElement>(raw).GetProperty("timestamp").GetString());
    }

    public static TheoryData<string, string> BadContent => new()
    {
        { """{"user":"","text":"Hello"}""", "User" },
        { """{"user":" \t ","text":"Hello"}""", "User" },
        { """{"user":null,"text":"Hello"}""", "User" },
        { """{"text":"Hello"}""", "User" },
        { $$"""{"user":"{{new string('a', 51)}}","text":"Hello"}""", "User" },
        { $$"""{"user":"a{{Repeat("😀", 50)}}","text":"Hello"}""", "User" },
        { """{"user":"Ali\u0000ce","text":"Hello"}""", "User" },
        { """{"user":"Ali\nce","text":"Hello"}""", "User" },
        { """{"user":"Alice","text":""}""", "Text" },
        { """{"user":"Alice","text":" \r\n\u00a0"}""", "Text" },
        { """{"user":"Alice","text":null}""", "Text" },
        { """{"user":"Alice"}""", "Text" },
        { $$"""{"user":"Alice","text":"{{new string('a', 501)}}"}""", "Text" },
        { $$"""{"user":"Alice","text":"a{{Repeat("😀", 500)}}"}""", "Text" },
        { """{"user":"Alice","text":"Hello\u001b[31m"}""", "Text" },
        { """{"user":"Alice","text":"Hello\nBob: no"}""", "Text" },
        { """{"user":"Alice","text":"Hello\u007f.\u0085."}""", "Text" },
        { """{"user":"Alice","text":"Hello","key":""}""", "Key" },
        { $$"""{"user":"Alice","text":"Hello","key":"{{new string('k', 51)}}"}""", "Key" },
    };

    [Theory, MemberData(nameof(BadContent))]
    public async Task Bad_content_is_400_and_the_field_is_named(string body, string field)
    {
        var problem = await ProblemAsync(HttpStatusCode.BadRequest, await PostAsync(Json(body)));
        var error = Assert.Single(problem.GetProperty("errors").EnumerateObject());
        Assert.Equal(field, error.Name);
        Assert.All(error.Value.EnumerateArray(), text => Assert.NotEqual("", text.GetString()!.Trim()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("""{"user":"Alice","text":"Hello""")]
    [InlineData("""{"user":"Alice","text":"Hello"} and more""")]
    [InlineData("""{'user':'Alice','text':'Hello'}""")]
    [InlineData("""user=Alice&text=Hello""")]
    [InlineData("""{"user":"Alice","text":5}""")]
    [InlineData("""{"user":"Alice","text":true}""")]
    [InlineData("""{"user":["Alice"],"text":"Hello"}""")]
    [InlineData("""{"user":"Alice","text":{}}""")]
    [InlineData("""{"user":"Alice","text":"\ud800"}""")]
    [InlineData("""[{"user":"Alice","text":"Hello"}]""")]
    [InlineData("[]")]
    [InlineData("\"Hello\"")]
    [InlineData("null")]
    [InlineData("5")]
    public async Task What_is_no_message_is_400(string body) =>
        await ProblemAsync(HttpStatusCode.BadRequest, await PostAsync(Json(body)));

    [Fact]
    public async Task Bytes_that_are_not_utf8_are_400()
    {
        var body = new ByteArrayContent(
            [.. """{"user":"Alice","text":"""u8, (byte)'"', 0xff, 0xc0, (byte)'"', (byte)'}']);
        body.Headers.ContentType = new("application/json");
        await ProblemAsync(HttpStatusCode.BadRequest, await PostAsync(body));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data")]
    [InlineData("application/xml")]
    [InlineData("application/jsonx")]
    public async Task Another_content_type_is_415(string? type)
    {
        var body = Json(Hello);
        body.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        await ProblemAsync(HttpStatusCode.UnsupportedMediaType, await PostAsync(body));
    }

    /// <summary>JSON is UTF-8 (RFC 8259), and nothing else may be claimed.</summary>
    [Theory]
    [InlineData("utf-8", HttpStatusCode.Created)]
    [InlineData("UTF-8", HttpStatusCode.Created)]
    [InlineData("\"utf-8\"", HttpStatusCode.UnsupportedMediaType)] // The framework does not take it.
    [InlineData("utf-7", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("utf-16", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("iso-8859-1", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("nonsense", HttpStatusCode.UnsupportedMediaType)]
    public async Task Another_charset_is_415(string charset, HttpStatusCode expected)
    {
        var body = Json("""{"user":"ВашеІм'я","text":"Привіт"}""");
        body.Headers.ContentType = new("application/json") { CharSet = charset };
        using var answer = await PostAsync(body);
        if (expected == HttpStatusCode.Created)
        {
            Assert.Equal("Привіт", (await StoredAsync(answer)).Text);
        }
        else
        {
            await ProblemAsync(expected, answer);
        }
    }

    [Fact]
    public async Task A_key_is_stored_once_and_comes_with_its_message()
    {
        var key = $"{Guid.NewGuid()}";
        var first = await PostAsync("Hello");
        Assert.Equal(key, first.Key);
        var between = (await SendAsync("Alice", "In between"))[0];
        Assert.Null(between.Key);
        // Whatever is sent with it now: it is the message that is stored already.
        Assert.Equal(first, await PostAsync("Hello"));
        Assert.Equal(first, await PostAsync("Something else"));
        Assert.Equal([first, between], await ReadAsync(first.Id - 1));

        async Task<ChatMessage> PostAsync(string text)
        {
            using var answer = await Http.PostAsJsonAsync("/messages", new { user = "Alice", text, key });
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            var stored = await StoredAsync(answer);
            Assert.Equal(LocationOf(stored), answer.Headers.Location?.OriginalString);
            return stored;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_above_16_KB_is_413(bool chunked)
    {
        foreach (var length in new[] { Limit + 1, 2 * Limit })
        {
            await ProblemAsync(
                HttpStatusCode.RequestEntityTooLarge, await PostAsync(Json(Hello.PadRight(length)), chunked));
        }
        // The lengths of chunks count as well.
        using var longest = await PostAsync(Json(Hello.PadRight(chunked ? Limit - 100 : Limit)), chunked);
        Assert.Equal(HttpStatusCode.Created, longest.StatusCode);
    }

    [Fact]
    public async Task What_is_refused_is_not_stored()
    {
        var before = await SendAsync("Alice", "Before");
        foreach (var row in BadContent)
        {
            (await PostAsync(Json((string)row[0]))).Dispose();
        }
        (await PostAsync(Json("{"))).Dispose();
        (await PostAsync(Json(Hello.PadRight(Limit + 1)))).Dispose();
        (await PostAsync(new StringContent(Hello, Encoding.UTF8, "text/plain"))).Dispose();
        var after = await SendAsync("Alice", "After");
        Assert.Equal(before.Concat(after), await ReadAsync(before[0].Id - 1));
    }

    [Fact]
    public async Task Messages_are_posted_and_nothing_else()
    {
        foreach (var method in new[] { HttpMethod.Put, HttpMethod.Delete, HttpMethod.Patch })
        {
            using var request = new HttpRequestMessage(method, "/messages") { Content = Json(Hello) };
            await ProblemAsync(HttpStatusCode.MethodNotAllowed, await Http.SendAsync(request));
        }
    }

    static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    static async Task<ChatMessage> StoredAsync(HttpResponseMessage response)
    {
        var stored = await response.Content.ReadFromJsonAsync<JsonElement>();
        return Connection.Batch(JsonSerializer.SerializeToElement(new[] { stored }))[0];
    }

    async Task<HttpResponseMessage> PostAsync(HttpContent body, bool chunked = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/messages") { Content = body };
        if (chunked)
        {
            request.Headers.TransferEncodingChunked = true;
        }
        // The server can refuse before the body is sent: its answer is not lost in a reset.
        request.Headers.ExpectContinue = body.Headers.ContentLength > Limit;
        return await Http.SendAsync(request);
    }
}
