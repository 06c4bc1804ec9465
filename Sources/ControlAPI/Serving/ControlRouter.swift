import AccessPolicy
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ReleaseModel
import Store
import StrictJSON

/// Turns the table of endpoints into a router, and stands around every answer.
struct ControlRouter: Sendable {
    /// What Hummingbird carries along with a request.
    struct Context: RequestContext {
        var coreContext: CoreRequestContextStorage

        init(source: ApplicationRequestContextSource) {
            self.coreContext = CoreRequestContextStorage(source: source)
        }
    }

    let answering: Answering
    let maximumBodyBytes: Int
    let observe: @Sendable (_ operation: String, _ status: Int) -> Void
    let logger: Logger

    /// The router with every endpoint and nothing else.
    func build() -> Router<Context> {
        let router = Router(context: Context.self)
        router.add(middleware: UnmatchedRequests(edge: self))
        for endpoint in Endpoint.all {
            router.on(
                RouterPath(endpoint.routerPath), method: endpoint.method,
                responder: CallbackResponder { request, context in
                    await self.respond(to: request, at: endpoint)
                })
        }
        return router
    }

    /// Answers a request to an endpoint; whatever fails on the way becomes a problem here.
    func respond(to request: Request, at endpoint: Endpoint) async -> Response {
        let now = self.answering.plane.clock()
        var generator = SystemRandomNumberGenerator()
        let requestID = RequestID(at: now, using: &generator).description
        do {
            let answer = try await self.answering.answer(try await self.call(request, at: endpoint, now))
            self.observe(endpoint.operation.id, answer.status)
            return Self.response(answer, requestID: requestID)
        } catch {
            let problem = Problem(error)
            self.observe(endpoint.operation.id, problem.status)
            return self.response(problem, requestID: requestID, operation: endpoint.operation.id)
        }
    }

    /// The request, authenticated before anything of it is believed or even read.
    private func call(_ request: Request, at endpoint: Endpoint, _ now: Timestamp) async throws -> Call {
        let rules = self.answering.plane.rules.current
        let argument = try Self.argument(of: request.uri.path, at: endpoint)
        let caller = try Authentication.caller(
            of: endpoint, argument: argument, headers: request.headers, rules: rules, at: now)
        let query = try Query(request.uri.query, allowing: endpoint.parameters)
        let body = try await self.body(of: request, as: endpoint.body)
        return Call(
            endpoint: endpoint, caller: caller, argument: argument, query: query, body: body,
            idempotencyKey: try Self.idempotencyKey(request.headers), rules: rules, now: now)
    }

    private func body(of request: Request, as content: Endpoint.Content?) async throws(Problem) -> [UInt8] {
        guard let content else { return [] }
        let mediaType = request.headers[.contentType]?.split(separator: ";").first?.lowercased()
        guard mediaType == content.mediaType else { throw .unsupportedMediaType(expected: content.mediaType) }
        // Bytes are files of evidence; everything else is a document for people to read.
        let limit = content == .bytes ? EvidenceFiles.maximumBytes : self.maximumBodyBytes
        do {
            let buffer = try await request.body.collect(upTo: limit)
            return Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw .bodyTooLarge(limit)
        } catch {
            throw .bodyUnreadable(error)
        }
    }

    /// What stands in the path where the endpoint has a name in braces.
    private static func argument(of path: String, at endpoint: Endpoint) throws(Problem) -> String {
        let pattern = endpoint.path.split(separator: "/")
        guard let place = pattern.firstIndex(where: { $0.hasPrefix("{") }) else { return "" }
        let segments = path.split(separator: "/")
        guard place < segments.count else { return "" }
        let taken = pattern[place] == "{path}" ? segments[place...].joined(separator: "/") : String(segments[place])
        guard let text = PercentEncoding.decode(taken) else { throw .unknownRoute(path) }
        return text
    }

    private static func idempotencyKey(_ headers: HTTPFields) throws(Problem) -> String? {
        guard let name = HTTPField.Name("Idempotency-Key"), let key = headers[name] else { return nil }
        guard (1...IdempotencyScope.maximumKeyLength).contains(key.count) else {
            throw .invalidParameter("Idempotency-Key", "1 to \(IdempotencyScope.maximumKeyLength) characters")
        }
        return key
    }

    /// What a request gets that no endpoint takes: 405 if the path is known, 404 if not, in the same shape as the rest.
    func unmatched(_ request: Request) -> Response {
        let now = self.answering.plane.clock()
        var generator = SystemRandomNumberGenerator()
        let requestID = RequestID(at: now, using: &generator).description
        let methods = Endpoint.all.filter { $0.matches(request.uri.path) }.map(\.method.rawValue)
        let problem: Problem = methods.isEmpty ? .unknownRoute(request.uri.path) : .methodNotAllowed(methods)
        self.observe("unmatched", problem.status)
        var response = self.response(problem, requestID: requestID, operation: "unmatched")
        if !methods.isEmpty { response.headers[.allow] = Set(methods).sorted().joined(separator: ", ") }
        return response
    }

    private static func response(_ answer: Answer, requestID: String) -> Response {
        var headers = Self.headers(requestID: requestID, mediaType: answer.mediaType, caching: answer.caching)
        if answer.isReplayed, let name = HTTPField.Name("Idempotency-Replayed") { headers[name] = "true" }
        return Response(
            status: HTTPResponse.Status(code: answer.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    private func response(_ problem: Problem, requestID: String, operation: String) -> Response {
        if problem.status >= 500 || problem.logged != nil {
            self.logger.error(
                "a request failed",
                metadata: [
                    "request_id": "\(requestID)", "operation": "\(operation)", "code": "\(problem.code)",
                    "status": "\(problem.status)", "fault": "\(problem.logged ?? problem.detail)",
                ])
        }
        var headers = Self.headers(requestID: requestID, mediaType: Problem.mediaType, caching: .never)
        if problem.status == 401 { headers[.wwwAuthenticate] = "Bearer realm=\"sluice\"" }
        if problem.status == 503 { headers[.retryAfter] = "1" }
        // What is left of such a body is not read, so nothing may follow it.
        if [400, 413, 415].contains(problem.status) { headers[.connection] = "close" }
        return Response(
            status: HTTPResponse.Status(code: problem.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: problem.document(requestID: requestID).canonical)))
    }

    private static func headers(requestID: String, mediaType: String, caching: Answer.Caching) -> HTTPFields {
        var headers: HTTPFields = [
            .contentType: mediaType, .cacheControl: caching.rawValue, .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
        ]
        if let name = HTTPField.Name("X-Request-Id") { headers[name] = requestID }
        if let name = HTTPField.Name("Referrer-Policy") { headers[name] = "no-referrer" }
        return headers
    }
}

/// Answers what the router found no endpoint for; everything else passes.
private struct UnmatchedRequests: RouterMiddleware {
    typealias Context = ControlRouter.Context
    let edge: ControlRouter

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            return self.edge.unmatched(request)
        }
    }
}
