using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;

namespace Classroom;

/// <summary>What the open pages of the race are told. All of them are told the same.</summary>
sealed class RaceFeed
{
    /// <summary>A page that is so far behind is let go: it connects again, and begins with all that there is.</summary>
    public const int MostWaiting = 2000;

    static readonly TimeSpan Reconnection = TimeSpan.FromSeconds(1);

    readonly Lock gate = new();
    readonly List<Channel<SseItem<string>>> pages = [];
    bool ended;

    /// <summary>Somebody looks on.</summary>
    public bool HasPages
    {
        get
        {
            lock (gate)
            {
                return pages.Count > 0;
            }
        }
    }

    /// <summary>Tells every page. Does not wait for any.</summary>
    public void Tell(string type, object data)
    {
        if (!HasPages)
        {
            return;
        }
        // Made once for all pages.
        var item = Item(type, data);
        lock (gate)
        {
            foreach (var page in pages.Where(page => !page.Writer.TryWrite(item)).ToArray())
            {
                page.Writer.Complete();
                pages.Remove(page);
            }
        }
    }

    /// <summary>A new page, which is told this first.</summary>
    public ChannelReader<SseItem<string>> Open(string type, object data)
    {
        var page = Channel.CreateBounded<SseItem<string>>(MostWaiting);
        page.Writer.TryWrite(Item(type, data));
        lock (gate)
        {
            if (ended)
            {
                page.Writer.Complete();
            }
            else
            {
                pages.Add(page);
            }
        }
        return page.Reader;
    }

    /// <summary>What a page is told, until it is closed.</summary>
    public async IAsyncEnumerable<SseItem<string>> ReadAsync(
        ChannelReader<SseItem<string>> page, [EnumeratorCancellation] CancellationToken closed)
    {
        try
        {
            await foreach (var item in page.ReadAllAsync(closed))
            {
                yield return item;
            }
        }
        finally
        {
            lock (gate)
            {
                pages.RemoveAll(other => other.Reader == page);
            }
        }
    }

    /// <summary>The race is over.</summary>
    public void End()
    {
        lock (gate)
        {
            ended = true;
            foreach (var page in pages)
            {
                page.Writer.TryComplete();
            }
            pages.Clear();
        }
    }

    static SseItem<string> Item(string type, object data) =>
        new(JsonSerializer.Serialize(data, JsonSerializerOptions.Web), type) { ReconnectionInterval = Reconnection };
}
