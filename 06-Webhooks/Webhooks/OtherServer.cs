using System.ComponentModel.DataAnnotations;

/// <summary>Which server it is about. Only the URL's scheme, host and port count.</summary>
public record OtherServer
{
    [Required, StringLength(200)]
    public string Url { get; init; } = "";
}

/// <summary>The answer to who has subscribed.</summary>
record CreatedSubscription(string? Id, string? Secret);
