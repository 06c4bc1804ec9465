import HTTPWire
import NIOCore
import NIOPosix
import StrictJSON
import Telemetry

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Sends requests to the control API: a connection for each, since a command sends only a few.
struct ControlClient: Sendable {
    /// How long a connection may take.
    static let connectSeconds: Int64 = 5
    /// How long an answer may take, connecting included.
    static let answerSeconds: Int64 = 30

    let server: ServerAddress
    /// How the server proves who it is; nil where plain HTTP is spoken.
    let trust: ServerTrust?
    /// The caller's key.
    let key: Redacted<String>?
    var answerTimeout = TimeAmount.seconds(Self.answerSeconds)

    init(server: ServerAddress, trust: ServerTrust? = nil, key: String?) {
        self.server = server
        self.trust = trust
        self.key = key.map { Redacted($0) }
    }

    /// Sends a request and answers the document that came back.
    ///
    /// A repeatable request whose answer is cut off is sent once more: with the same idempotency key the server does
    /// nothing twice.
    ///
    /// - Throws: ``ControlProblem`` if the API refused, ``ClientFault`` if no answer of it came.
    func send(_ request: ControlRequest) async throws -> JSONValue {
        try self.document(of: try await self.answer(to: request))
    }

    /// Sends a request whose answer is a file, and answers its bytes. Throws as ``send(_:)`` does.
    func bytes(_ request: ControlRequest) async throws -> [UInt8] {
        let answer = try await self.answer(to: request)
        guard answer.status == 200, answer.mediaType == "application/octet-stream" else {
            _ = try self.document(of: answer)
            throw ClientFault.foreignAnswer(self.server, reason: "a document came where a file was asked for")
        }
        return answer.body
    }

    private func answer(to request: ControlRequest) async throws -> ControlAnswer {
        do {
            return try await self.exchange(request)
        } catch ClientFault.cut where request.isRepeatable {
            return try await self.exchange(request)
        }
    }

    private func document(of answer: ControlAnswer) throws -> JSONValue {
        let isJSON = answer.mediaType == "application/json" || answer.mediaType == ControlProblem.mediaType
        guard isJSON, let document = try? JSONValue(parsing: answer.body, limits: .standard) else {
            throw ClientFault.foreignAnswer(
                self.server, reason: "the answer \(answer.status) is not JSON but '\(Table.visible(answer.mediaType))'")
        }
        if (200..<300).contains(answer.status) { return document }
        guard let problem = ControlProblem(status: answer.status, document) else {
            throw ClientFault.foreignAnswer(self.server, reason: "the answer \(answer.status) is no problem of its own")
        }
        throw problem
    }

    private func exchange(_ request: ControlRequest) async throws -> ControlAnswer {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let promise = loop.makePromise(of: ControlAnswer.self)
        let bytes = request.bytes(to: self.server, key: self.key?.exposed)
        let timedOut = ClientFault.timedOut(
            self.server, seconds: max(1, self.answerTimeout.nanoseconds / 1_000_000_000),
            isRepeatable: request.isRepeatable)
        let alarm = loop.scheduleTask(in: self.answerTimeout) { promise.fail(timedOut) }
        ClientBootstrap(group: loop)
            .connectTimeout(.seconds(Self.connectSeconds))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { [trust = self.trust] channel in
                channel.eventLoop.makeCompletedFuture {
                    try trust?.begin(in: channel.pipeline.syncOperations)
                    try channel.pipeline.syncOperations.addHandler(
                        ClientExchange(bytes, method: request.method, promise: promise))
                }
            }
            .connect(host: self.server.host, port: self.server.port)
            .whenComplete { result in
                switch result {
                case .success(let channel): promise.futureResult.whenComplete { _ in channel.close(promise: nil) }
                case .failure(let error): promise.fail(error)
                }
            }
        defer { alarm.cancel() }
        do {
            return try await promise.futureResult.get()
        } catch {
            throw self.fault(error, request)
        }
    }

    private func fault(_ error: any Error, _ request: ControlRequest) -> any Error {
        switch error {
        case let fault as ClientFault: fault
        case ClientExchange.Fault.cut: ClientFault.cut(self.server, isRepeatable: request.isRepeatable)
        case ClientExchange.Fault.notHTTP(let fault):
            ClientFault.foreignAnswer(self.server, reason: "it is not HTTP as it should be (\(fault.reason.rawValue))")
        case ClientExchange.Fault.unproven(let reason): ClientFault.unproven(self.server, reason: reason)
        case ClientExchange.Fault.tooLarge(let bytes):
            ClientFault.foreignAnswer(self.server, reason: "the answer has more than \(bytes) bytes")
        case let error as NIOConnectionError:
            Self.isRefusal(error)
                ? ClientFault.refused(self.server)
                : ClientFault.unreachable(self.server, reason: Self.reason(error))
        case is ChannelError:
            ClientFault.unreachable(self.server, reason: "no connection came about in \(Self.connectSeconds) s")
        default: ClientFault.unreachable(self.server, reason: "\(error)")
        }
    }

    private static func isRefusal(_ error: NIOConnectionError) -> Bool {
        error.connectionErrors.contains { ($0.error as? IOError)?.errnoCode == ECONNREFUSED }
    }

    private static func reason(_ error: NIOConnectionError) -> String {
        if let first = error.connectionErrors.first {
            if first.error is ChannelError { return "no connection came about in \(Self.connectSeconds) s" }
            return "\(first.error)"
        }
        return error.dnsAError == nil && error.dnsAAAAError == nil ? "no connection came about" : "no such host"
    }
}
