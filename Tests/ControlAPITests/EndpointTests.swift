import HTTPTypes
import Hummingbird
import Logging
import ReleaseModel
import StrictJSON
import Testing

@testable import ControlAPI

@Suite("The table of endpoints")
struct EndpointTests {
    private static func key(_ method: String, _ path: String) -> String { "\(method.uppercased()) \(path)" }

    @Test("is what the router routes and what the document describes, no more and no less")
    func sameEverywhere() async throws {
        let world = try await World()
        let answering = Answering(
            plane: world.plane, store: world.store, controlLog: world.reader, accessLog: nil, requests: nil,
            metrics: { "" },
            checks: { [:] }, drill: { RollbackDrill(rounds: 1, p99: 1) }, takeReport: { _, _ in true },
            takeHeartbeat: { _, _ in true })
        let router = ControlRouter(
            answering: answering, maximumBodyBytes: 1, observe: { _, _ in }, logger: Logger(label: "test"))
        let routed = router.build().routes.map { route -> String in
            let path = "\(route.path)"
            let rest = path.hasSuffix("/**") ? path.dropLast(2) + "{path}" : path[...]
            return Self.key(route.method.rawValue, rest.hasPrefix("/") ? String(rest) : "/\(rest)")
        }
        let table = Endpoint.all.map { Self.key($0.method.rawValue, $0.path) }
        #expect(routed.sorted() == table.sorted())

        let paths = try #require(OpenAPIDocument.value["paths"]?.objectValue)
        let described = paths.flatMap { path, methods in
            (methods.objectValue ?? [:]).keys.map { Self.key($0, path) }
        }
        #expect(described.sorted() == table.sorted())
        try world.close()
    }

    @Test("names each operation once, and each schema that it uses is there")
    func names() throws {
        let ids = Endpoint.all.map(\.operation.id)
        #expect(Set(ids).count == ids.count)
        var references: Set<String> = []
        Self.collect(OpenAPIDocument.value, into: &references)
        #expect(references.subtracting(Schemas.all.keys).isEmpty)
        #expect(Set(Schemas.all.keys).subtracting(references).isEmpty)
    }

    private static func collect(_ value: JSONValue, into references: inout Set<String>) {
        switch value {
        case .object(let members):
            if let reference = members["$ref"]?.stringValue {
                references.insert(String(reference.split(separator: "/").last ?? ""))
            }
            for member in members.values { Self.collect(member, into: &references) }
        case .array(let elements): for element in elements { Self.collect(element, into: &references) }
        default: break
        }
    }

    @Test("lets in without a key where that was decided, and nowhere else")
    func open() {
        let open = Endpoint.all.filter { $0.access == .everyone }.map { Self.key($0.method.rawValue, $0.path) }
        #expect(
            open.sorted() == [
                "GET /healthz", "GET /log/control/checkpoint", "GET /log/control/tile/{path}", "GET /metrics",
                "GET /openapi.json", "GET /readyz",
            ])
        for endpoint in Endpoint.all {
            let operation = OpenAPIDocument.value["paths"]?[endpoint.path]?[endpoint.method.rawValue.lowercased()]
            #expect((operation?["security"] == []) == (endpoint.access == .everyone))
        }
    }
}
