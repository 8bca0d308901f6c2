using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

/// <summary>JSON for what we write ourselves, the same as in the framework's answers.</summary>
static class Json
{
    // Web: a property "Text" is "text" in JSON, as usual in JavaScript.
    static readonly JsonSerializerOptions Options = new(JsonSerializerOptions.Web)
    {
        // é and Я as they are. To write é as \u00E9 is needed only inside HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>In a single line.</summary>
    public static string Write(object content)
    {
        return JsonSerializer.Serialize(content, Options);
    }

    /// <summary>Throws a JsonException if the text is not JSON, or not of this form.</summary>
    public static T? Read<T>(byte[] text)
    {
        return JsonSerializer.Deserialize<T>(text, Options);
    }
}
