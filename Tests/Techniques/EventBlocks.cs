using System.Text;

namespace Tests;

/// <summary>An event stream as it is written: lines, and an empty one after each event.</summary>
sealed class EventBlocks : IDisposable
{
    readonly StreamReader reader;

    EventBlocks(HttpResponseMessage answer, Stream stream)
    {
        Answer = answer;
        reader = new(stream);
    }

    public HttpResponseMessage Answer { get; }

    public static async Task<EventBlocks> OpenAsync(HttpClient http, string address, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address)
        {
            Version = http.DefaultRequestVersion,
            VersionPolicy = http.DefaultVersionPolicy,
        };
        if (lastEventId is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        }
        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Until.Token);
        answer.EnsureSuccessStatusCode();
        return new(answer, await answer.Content.ReadAsStreamAsync(Until.Token));
    }

    /// <summary>The lines of the next event; none when the stream has ended.</summary>
    public async Task<string[]> NextAsync()
    {
        List<string> lines = [];
        while (await reader.ReadLineAsync(Until.Token) is { Length: > 0 } line)
        {
            lines.Add(line);
        }
        return [.. lines];
    }

    /// <summary>The lines of the next event of a type; what comes before it is passed over.</summary>
    public async Task<string[]> NextAsync(string type)
    {
        while (true)
        {
            var lines = await NextAsync();
            Assert.True(lines.Length > 0, $"The stream ended before an event {type}.");
            if (lines.Contains($"event: {type}"))
            {
                return lines;
            }
        }
    }

    public async Task<ChatMessage[]> NextBatchAsync() =>
        ChatMessage.ParseBatch(Encoding.UTF8.GetBytes((await NextAsync("messages"))[^1]["data: ".Length..]));

    public void Dispose()
    {
        reader.Dispose();
        Answer.Dispose();
    }
}
