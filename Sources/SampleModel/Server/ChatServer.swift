import Glibc
import HTTPTypes
import Hummingbird
import NIOCore
import StrictJSON

/// The HTTP face of the models: both wire formats on one router.
struct ChatServer: Sendable {
    static let maximumBodyBytes = 16 * 1024 * 1024
    /// So many events leave in one write when nobody asked for a delay.
    private static let eventsPerWrite = 16

    private let models: [ServedModel]
    private let seeds: SeedSource
    /// Waited before each token.
    private let delayPerToken: Duration

    init(models: [ServedModel], seed: UInt64? = nil, delayPerToken: Duration = .zero) {
        self.models = models
        self.seeds = SeedSource(seed: seed)
        self.delayPerToken = delayPerToken
    }

    func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.add(middleware: ErrorsInWireShape(seeds: self.seeds, maximumBodyBytes: Self.maximumBodyBytes))
        router.get("/healthz") { _, _ in Response.json(["status": "ok"]) }
        router.get("/v1/models") { request, _ in Response.json(request.wireFormat.list(of: self.models)) }
        router.get("/v1/models/:id") { request, context in
            let model = try self.model(try context.parameters.require("id"))
            return Response.json(request.wireFormat.entry(for: model))
        }
        router.post("/v1/chat/completions") { request, _ in
            let body = try await Self.body(of: request)
            return try await self.answerOpenAI(try AnswerRequest(openAI: body))
        }
        router.post("/v1/messages") { request, _ in
            let body = try await Self.body(of: request)
            return try await self.answerAnthropic(try AnswerRequest(anthropic: body))
        }
        return router
    }

    private func answerOpenAI(_ request: AnswerRequest) async throws -> Response {
        var reply = try self.reply(to: request, prefix: "chatcmpl-")
        guard !request.streams else { return self.stream(OpenAIEvents(reply)) }
        let body = OpenAIAnswer.completion(&reply)
        try await self.wait(forTokens: reply.completionTokens)
        return .json(body)
    }

    private func answerAnthropic(_ request: AnswerRequest) async throws -> Response {
        var reply = try self.reply(to: request, prefix: "msg_")
        guard !request.streams else { return self.stream(AnthropicEvents(reply)) }
        let body = AnthropicAnswer.message(&reply)
        try await self.wait(forTokens: reply.completionTokens)
        return .json(body)
    }

    private func reply(to request: AnswerRequest, prefix: String) throws(RequestFault) -> Reply {
        let model = try self.model(request.model)
        if let often = model.failsOnceIn, self.seeds.next() % often == 0 { throw .unexpected }
        let seconds = Int64(time(nil))
        return Reply(
            to: request, by: model, seed: self.seeds.next(), id: self.seeds.identifier(prefix), created: seconds)
    }

    private func model(_ id: String) throws(RequestFault) -> ServedModel {
        guard let model = self.models.first(where: { $0.id == id }) else { throw .unknownModel(id) }
        return model
    }

    private func wait(forTokens count: Int) async throws {
        guard self.delayPerToken > .zero, count > 0 else { return }
        try await Task.sleep(for: self.delayPerToken * count)
    }

    /// Writes `events` as they come. A client that leaves makes a write fail, and that ends the generation.
    private func stream(_ events: some IteratorProtocol<ServerSentEvent> & Sendable) -> Response {
        let perWrite = self.delayPerToken > .zero ? 1 : Self.eventsPerWrite
        let body = ResponseBody { writer in
            var events = events
            var buffer = ByteBuffer()
            var count = 0
            while let event = events.next() {
                try await self.wait(forTokens: event.tokens)
                event.write(to: &buffer)
                count += 1
                guard count == perWrite else { continue }
                try await writer.write(buffer)
                buffer.clear()
                count = 0
            }
            if count > 0 { try await writer.write(buffer) }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-cache"],
            body: body)
    }

    private static func body(of request: Request) async throws -> JSONValue {
        let buffer = try await request.body.collect(upTo: Self.maximumBodyBytes)
        do {
            return try JSONValue(
                parsing: Array(buffer.readableBytesView), limits: JSONLimits(maximumBytes: Self.maximumBodyBytes))
        } catch {
            throw RequestFault.malformed(error)
        }
    }
}
