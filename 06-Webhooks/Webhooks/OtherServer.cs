using System.ComponentModel.DataAnnotations;

/// <summary>The body of POST /webhooks and POST /sources: the other server.</summary>
public record OtherServer
{
    /// <summary>Only its scheme, host and port count.</summary>
    [Required, StringLength(200)]
    public string Url { get; init; } = "";
}
