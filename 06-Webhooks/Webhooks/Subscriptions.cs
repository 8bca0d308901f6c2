/// <summary>The servers that have subscribed to this one, and the endpoints for them.</summary>
class Subscriptions(
    MessageLog log,
    AddressGuard guard,
    WebhookSender sender,
    ILogger logger,
    CancellationToken stopping)
{
    const int Max = 20;

    readonly Lock gate = new();
    readonly List<Subscription> subscriptions = [];

    public int Count
    {
        get
        {
            lock (gate)
            {
                return subscriptions.Count;
            }
        }
    }

    public IResult Create(string url)
    {
        var server = guard.Check(url);
        if (server == null)
        {
            return TypedResults.Problem(AddressGuard.Refusal, statusCode: 400);
        }

        Subscription created;
        lock (gate)
        {
            // Who subscribes again may have lost the secret, at a restart for example. The new
            // subscription takes the place of the old one, and goes on where that has come to.
            var old = subscriptions.Find(other => other.Name == server.Authority);
            if (old != null)
            {
                End(old);
            }
            if (subscriptions.Count == Max)
            {
                return TypedResults.Problem("There are 20 subscriptions already.", statusCode: 409);
            }
            var newest = log.After(0).LastOrDefault();
            created = new Subscription(server, old?.Cursor ?? newest?.Id ?? 0);
            subscriptions.Add(created);
        }
        created.Running = Run(created);

        // The secret is told here, and never again.
        var content = new { created.Id, created.Url, created.Secret };
        return TypedResults.Created($"/webhooks/{created.Id}", content);
    }

    public IResult List()
    {
        lock (gate)
        {
            return TypedResults.Ok(subscriptions.Select(subscription => new
            {
                subscription.Id,
                Url = subscription.Url.GetLeftPart(UriPartial.Authority),
                State = subscription.State.ToString().ToLowerInvariant(),
                subscription.NextAttempt,
                subscription.Deliveries,
            }).ToList());
        }
    }

    /// <summary>Tries again at once, also if the subscription is paused.</summary>
    public IResult Resume(string id)
    {
        var subscription = Find(id);
        if (subscription == null)
        {
            return TypedResults.NotFound();
        }
        subscription.Resumed.Set();
        return TypedResults.Accepted("/webhooks");
    }

    public IResult Delete(string id)
    {
        var subscription = Find(id);
        if (subscription == null)
        {
            return TypedResults.NotFound();
        }
        End(subscription);
        return TypedResults.NoContent();
    }

    public Subscription? Find(string? id)
    {
        lock (gate)
        {
            return subscriptions.Find(subscription => subscription.Id == id);
        }
    }

    void End(Subscription subscription)
    {
        lock (gate)
        {
            subscriptions.Remove(subscription);
        }
        subscription.Deleted.Cancel();
    }

    async Task Run(Subscription subscription)
    {
        var deleted = subscription.Deleted.Token;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(deleted, stopping);
        try
        {
            await sender.Run(subscription, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Deleted, or the server stops.
        }
        catch (Exception exception)
        {
            logger.LogError(exception, "Deliveries to {Server} have ended", subscription.Name);
        }
        End(subscription);
    }
}
