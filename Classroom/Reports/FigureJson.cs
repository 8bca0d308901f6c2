using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Classroom;

/// <summary>How figures are written as JSON.</summary>
static class FigureJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerOptions.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        // A figure of nothing is NaN, for which JSON has no number.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };
}
