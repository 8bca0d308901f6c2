/// <summary>The servers that have subscribed to this one, and the endpoints for them.</summary>
class Subscriptions(
    MessageLog log,
    AddressGuard guard,
    WebhookSender sender,
    ILogger logger,
    CancellationToken stopping)
{
    const int Max = 20;

    readonly Lock gate = new(); // its holder may enter it again: EndAll() does
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

    public IResult Create(string serverUrl)
    {
        var server = guard.Check(serverUrl);
        if (server == null)
        {
            return TypedResults.Problem(AddressGuard.Refusal, statusCode: 400);
        }

        Subscription created;
        lock (gate)
        {
            // A URL may be subscribed already. Perhaps its server asks again, since it has lost the
            // secret in a restart. Perhaps a stranger asks: then the server does not know the new
            // secret, and refuses what comes with it.
            // 1. The new subscription goes on where the old one is.
            // 2. An old one that has delivered goes on, until the new one delivers: SetProven().
            // 3. Of those that have not delivered, only the newest stays: or one URL could take all
            //    places. The price: a stranger can end such a one by asking again.
            var url = Subscription.UrlOf(server);
            var old = subscriptions.Find(other => other.Url == url); // a proven one stands first
            EndAll(other => other.Url == url && !other.IsProven);
            if (subscriptions.Count >= Max)
            {
                return TypedResults.Problem("There are 20 subscriptions already.", statusCode: 409);
            }

            // A new subscriber gets what is said from now on.
            var newest = log.After(0).LastOrDefault();
            created = new Subscription(server, old?.Cursor ?? newest?.Id ?? 0);
            subscriptions.Add(created);
        }
        _ = Run(created); // not awaited: it goes on as long as the subscription

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
                // Without the path, which is always /webhook.
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
        EndAll(other => other == subscription);
    }

    void EndAll(Predicate<Subscription> which)
    {
        List<Subscription> ended;
        lock (gate)
        {
            ended = subscriptions.FindAll(which);
            subscriptions.RemoveAll(which);
        }
        foreach (var subscription in ended)
        {
            subscription.Deleted.Cancel();
        }
    }

    // Something has arrived: so the subscriber knows this secret, and needs no other subscription.
    void SetProven(Subscription subscription)
    {
        lock (gate)
        {
            // Not if this one was ended while the delivery was under way.
            if (!subscription.IsProven && subscriptions.Contains(subscription))
            {
                subscription.IsProven = true;
                EndAll(other => other.Url == subscription.Url && other != subscription);
            }
        }
    }

    async Task Run(Subscription subscription)
    {
        var deleted = subscription.Deleted.Token;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(deleted, stopping);
        try
        {
            await sender.Run(subscription, onDelivered: SetProven, ending.Token);
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
