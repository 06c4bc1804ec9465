import AccessPolicy
import Foundation
import Testing

@testable import ControlAPI

@Suite("The reference of the control API")
struct DocumentationTests {
    private static func reference() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "docs/reference/control-api.md"), encoding: .utf8)
    }

    @Test("has a place for each code that a problem's docs member points to")
    func codes() throws {
        let text = try Self.reference()
        let problems: [Problem] = [
            .invalidKey, .notPermitted(""), .unknownRoute(""), .methodNotAllowed([]), .notFound("", field: ""),
            .invalidParameter("", ""), .unknownParameter("", known: []), .unsupportedMediaType(), .bodyTooLarge(1),
            .bodyUnreadable(CancellationError()), .idempotencyRunning, .idempotencyDiffers, .commitmentDiffers,
            .internalError(""),
        ]
        for code in problems.map(\.code) + Refusal.Code.allCases.map(\.rawValue) {
            #expect(text.contains("<a id=\"\(code)\"></a>"), "\(code)")
        }
    }

    @Test("names every list")
    func lists() throws {
        let text = try Self.reference()
        for collection in Collection.allCases { #expect(text.contains("`\(collection.rawValue)`")) }
    }
}
