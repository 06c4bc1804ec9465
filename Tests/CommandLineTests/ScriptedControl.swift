import NIOCore
import NIOPosix
import ReleaseModel
import StrictJSON
import Synchronization

@testable import sluice

/// The one of the command line, not that of exit tests.
typealias ExitStatus = sluice.ExitStatus

/// A value that a server's loop or a command changes and a test reads.
final class Noted<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) {
        self.value = Mutex(value)
    }

    var current: Value { self.value.withLock { $0 } }

    func change(_ body: (inout Value) -> Void) {
        self.value.withLock { body(&$0) }
    }
}

/// A control API on a free loopback port that answers as a test says, and remembers what it was asked.
final class ScriptedControl: Sendable {
    struct Asked: Sendable {
        var method: String
        var target: String
        var fields: [String: String]
        var body: [UInt8]

        var document: JSONValue? { try? JSONValue(parsing: self.body) }
    }

    enum Reply: Sendable {
        case json(Int, JSONValue)
        /// An answer with this media type and text.
        case text(Int, mediaType: String, String)
        /// Bytes as they are, then a close.
        case bytes(String)
        /// Nothing, ever.
        case silence
    }

    let asked = Noted<[Asked]>([])
    let port: Int
    private let channel: any Channel

    init(_ reply: @escaping @Sendable (Asked) -> Reply) async throws {
        let asked = self.asked
        self.channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(asked, reply))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        self.port = self.channel.localAddress?.port ?? 0
    }

    func close() async throws { try await self.channel.close() }

    var targets: [String] { self.asked.current.map { "\($0.method) \($0.target)" } }
    /// The commands that were given, in their order.
    var commands: [JSONValue] {
        self.asked.current.filter { $0.target == "/v1/commands" }.compactMap(\.document)
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let asked: Noted<[Asked]>
        private let reply: @Sendable (Asked) -> Reply
        private var received: [UInt8] = []

        init(_ asked: Noted<[Asked]>, _ reply: @escaping @Sendable (Asked) -> Reply) {
            self.asked = asked
            self.reply = reply
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.received += self.unwrapInboundIn(data).readableBytesView
            let text = String(decoding: self.received, as: UTF8.self)
            guard let end = text.firstRange(of: "\r\n\r\n") else { return }
            let lines = text[..<end.lowerBound].split(separator: "\r\n")
            let words = lines[0].split(separator: " ").map(String.init)
            var fields: [String: String] = [:]
            for line in lines.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                fields[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
            }
            let body = Array(text[end.upperBound...].utf8)
            guard body.count >= Int(fields["content-length"] ?? "0") ?? 0 else { return }
            let asked = Asked(method: words[0], target: words[1], fields: fields, body: body)
            self.asked.change { $0.append(asked) }
            switch self.reply(asked) {
            case .json(let status, let document):
                let type = status < 400 ? "application/json" : "application/problem+json; charset=utf-8"
                self.answer(status, type, document.canonicalText, context)
            case .text(let status, let mediaType, let text): self.answer(status, mediaType, text, context)
            case .bytes(let text):
                context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
                context.close(promise: nil)
            case .silence: break
            }
        }

        private func answer(_ status: Int, _ type: String, _ text: String, _ context: ChannelHandlerContext) {
            let head =
                "HTTP/1.1 \(status) X\r\nContent-Type: \(type)\r\nContent-Length: \(text.utf8.count)\r\n\r\n"
            context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: head + text)), promise: nil)
        }
    }
}

/// A terminal that keeps what was written.
struct Captured: Sendable {
    let data = Noted("")
    let talk = Noted<[String]>([])

    var terminal: Terminal {
        let (data, talk) = (self.data, self.talk)
        return Terminal(
            write: { text in data.change { $0 += text } }, say: { line in talk.change { $0.append(line) } },
            width: nil, isColoured: false)
    }
}

extension ScriptedControl {
    /// A session with this server under a key that was made for the test.
    func session(_ captured: Captured = Captured(), _ output: OutputFormat = .table) throws -> Session {
        Session(client: try self.client(), terminal: captured.terminal, output: output)
    }

    func client(key: String = "slp_of-the-test") throws -> ControlClient {
        ControlClient(server: try ServerAddress("http://127.0.0.1:\(self.port)"), key: key)
    }
}

/// Identifiers that tests name things by.
enum Known {
    static let model = ModelID(bits: 1)
    static let version = VersionID(bits: 2)
    static let application = ApplicationID(bits: 3)
    static let organisation = OrganisationID(bits: 4)
    static let terms = TermsID(bits: 5)
    static let person = PersonID(bits: 6)
    static let grant = GrantID(bits: 7)
    static let proposal = ProposalID(bits: 8)

    /// Lists as the API has them: one of each thing.
    static func list(_ target: String) -> JSONValue? {
        let items: [String: JSONValue] = [
            "models": ["id": .string(self.model.description), "name": "aurora"],
            "versions": [
                "id": .string(self.version.description), "name": "aurora-1.0",
                "model": .string(self.model.description),
            ],
            "applications": ["id": .string(self.application.description), "name": "first-app"],
            "organisations": ["id": .string(self.organisation.description), "name": "lab"],
            "terms": [
                "id": .string(self.terms.description), "name": "usage-policy", "version": "2026-11",
                "url": "https://example.org/terms",
            ],
        ]
        let path = target.split(separator: "?").first.map(String.init) ?? target
        for (things, item) in items {
            if path == "/v1/\(things)/\(item.text("id"))" { return item }
            guard path == "/v1/\(things)" else { continue }
            let name = target.split(separator: "&").first { $0.hasPrefix("name=") }.map { String($0.dropFirst(5)) }
            return ["data": .array(name == nil || name == item.text("name") ? [item] : [])]
        }
        return nil
    }
}
