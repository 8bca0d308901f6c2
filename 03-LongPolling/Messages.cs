using System.ComponentModel.DataAnnotations;

/// <summary>A message as its author sends it. The framework checks it: AddValidation().</summary>
// Public: the framework does not see the rules of a record that is internal.
public record NewMessage
{
    // The rules that C# lacks are in Rules.cs. Lengths are in UTF-16 code units, as in JavaScript.
    [NotBlank, StringLength(50), PlainName]
    public string User { get; init; } = "";

    [NotBlank, StringLength(500), NoControlCharacters]
    public string Text { get; init; } = "";

    /// <summary>
    /// Chosen by the author, a new one for each message. A message that is sent again, because
    /// its answer was lost, has the same key: so it is stored once. It may be missing.
    /// </summary>
    [StringLength(50, MinimumLength = 1)]
    public string? Key { get; init; }
}

/// <summary>A message as it is stored, and as everybody gets it.</summary>
record Message(long Id, string User, string Text, DateTime Timestamp, string? Key)
{
    /// <summary>What is stored of a message that was sent. The log gives it its id.</summary>
    public Message(NewMessage sent)
        : this(Id: 0, sent.User.Trim(), sent.Text.Trim(), DateTime.UtcNow, sent.Key)
    {
    }

    /// <summary>Whether it is the same message, sent again.</summary>
    // The name counts as well: two authors may have chosen the same key.
    public bool IsSameAs(Message other)
    {
        return Key != null && Key == other.Key && User == other.User;
    }
}
