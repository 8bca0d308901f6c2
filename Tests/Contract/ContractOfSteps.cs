extern alias HttpRefresh;
extern alias LongPolling;
extern alias ShortPolling;
extern alias Sse;
extern alias Webhooks;
extern alias WebSockets;

using Classroom;

namespace Tests;

// Each step, by its way of reading and sending, and with what its server holds.

public sealed class ConformanceOf01(StepServer<HttpRefresh::Program> server) : ConformanceOfPolling<HttpRefresh::Program>(server, ["messages"]);

public sealed class ConformanceOf02(StepServer<ShortPolling::Program> server) : ConformanceOfPolling<ShortPolling::Program>(server, ["messages"]);

public sealed class ConformanceOf03(StepServer<LongPolling::Program> server) : ConformanceOfPolling<LongPolling::Program>(server, ["messages", "waiting"]);

public sealed class ConformanceOf04(StepServer<WebSockets::Program> server) : ConformanceOfSocket<WebSockets::Program>(server, ["connections", "users"]);

public sealed class ConformanceOf05(StepServer<Sse::Program> server) : ConformanceOfStream<Sse::Program>(server, ["connections", "users"]);

public sealed class ConformanceOf06(StepServer<Webhooks::Program> server) : ConformanceOfStream<Webhooks::Program>(server, ["connections", "users", "subscriptions"]);
