import AccessPolicy
import Foundation
import ReleaseModel
import StageControl
import Testing

@testable import ControlAPI

@Suite("The reference of the control API")
struct DocumentationTests {
    private static func reference() throws -> String { try self.page("control-api") }

    private static func page(_ name: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "docs/reference/\(name).md"), encoding: .utf8)
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

    @Test("of error codes has a section to which rollouts' refusals point, with a row for each")
    func rollouts() throws {
        let page = try Self.page("error-codes")
        let section = try #require(page.split(separator: "\n## ").first { $0.hasPrefix("Control API: rollouts\n") })
        for refusal in Self.refusals {
            let problem = Problem(refusal)
            #expect(problem.docs == "docs/reference/error-codes.md#control-api-rollouts")
            #expect(section.contains("| `\(refusal.code)` | \(problem.status) |"), "\(refusal.code)")
        }
        #expect(section.matches(of: /\n\| `rollout_/).count == Self.refusals.count)
    }

    private static let refusals: [RolloutRefusal] = [
        .wrongPhase(""), .roleMissing([]), .ownWork, .dismissed(PersonID(bits: 1)),
        .otherPlan(found: Self.digest, expected: Self.digest),
        .otherEvidence(found: Self.digest, expected: Self.digest),
        .alreadySigned, .notSigned, .reasonMissing, .reasonTooLong, .samePlan, .planObjection(""),
        .coolingDown(until: Timestamp(milliseconds: 1)), .errorBudgetSpent,
        .alreadyRemoved(AudienceUnit(ApplicationID(bits: 1))),
        .notRemoved(AudienceUnit(ApplicationID(bits: 1))),
    ]

    private static let digest: ContentDigest = {
        guard let digest = ContentDigest(bytes: repeatElement(1, count: 32)) else { preconditionFailure("32 bytes") }
        return digest
    }()

    @Test("names every list")
    func lists() throws {
        let text = try Self.reference()
        for collection in Collection.allCases { #expect(text.contains("`\(collection.rawValue)`")) }
    }
}
