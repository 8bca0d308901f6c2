using System.ComponentModel.DataAnnotations;

/// <summary>Which server it is about. Only the URL's scheme, host and port count.</summary>
public record OtherServer
{
    [Required, StringLength(200)]
    public string Url { get; init; } = "";
}

/// <summary>What a server answers to its new subscriber.</summary>
record CreatedSubscription(string? Id, string? Secret);
