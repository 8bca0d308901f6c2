using System.Net;
using System.Text.Json;

namespace Tests;

/// <summary>A subscription to a chat, by which others are not disturbed once it is disposed of.</summary>
sealed record WebhookSubscription(ChatServer Chat, string Id, string Secret) : IAsyncDisposable
{
    /// <summary>Asks to be sent at once what has failed.</summary>
    public async Task<HttpStatusCode> ResumeAsync()
    {
        using var answer = await Chat.Http.PostAsync($"/webhooks/{Id}/resume", null);
        return answer.StatusCode;
    }

    /// <summary>Ends it.</summary>
    public async Task<HttpStatusCode> DeleteAsync()
    {
        using var answer = await Chat.Http.DeleteAsync($"/webhooks/{Id}");
        return answer.StatusCode;
    }

    /// <summary>How GET /webhooks tells of it; null once it has ended.</summary>
    public async Task<JsonElement?> FindAsync()
    {
        var found = (await Chat.SubscriptionsAsync())
            .Where(listed => listed.GetProperty("id").GetString() == Id)
            .ToArray();
        return found.Length == 0 ? null : Assert.Single(found);
    }

    /// <summary>Its state: "active", "retrying", "paused"; "ended" once it is gone.</summary>
    public async Task<string> StateAsync() => (await FindAsync())?.GetProperty("state").GetString() ?? "ended";

    /// <summary>Waits until the state is such, and returns it.</summary>
    public async Task<string> WaitForStateAsync(Func<string, bool> such)
    {
        var state = "";
        await Wait.UntilAsync(
            async () =>
            {
                state = await StateAsync();
                return such(state);
            },
            () => $"The state is still {state}.");
        return state;
    }

    /// <summary>Waits until it is gone. Its state is "ended" a moment before.</summary>
    public async Task WaitForEndAsync()
    {
        await Wait.UntilAsync(async () => await FindAsync() is null, "the subscription to be gone");
    }

    /// <summary>Waits until its newest deliveries (at most ten) are that many, and returns them.</summary>
    public async Task<JsonElement[]> WaitForDeliveriesAsync(int count)
    {
        JsonElement[] deliveries = [];
        await Wait.UntilAsync(
            async () =>
            {
                deliveries = [.. (await FindAsync())!.Value.GetProperty("deliveries").EnumerateArray()];
                return deliveries.Length >= count;
            },
            () => $"There are still {deliveries.Length} deliveries.");
        return deliveries;
    }

    /// <summary>
    /// Waits until it is up to date; if it has given up meanwhile, on a slow machine say, it is asked to go on.
    /// </summary>
    public Task CatchUpAsync() => Wait.UntilAsync(
        async () =>
        {
            var state = await StateAsync();
            if (state == "paused")
            {
                await ResumeAsync();
            }
            return state == "active";
        },
        "the subscription to be up to date");

    public async ValueTask DisposeAsync()
    {
        if (Chat.Runs)
        {
            await DeleteAsync();
        }
    }
}
