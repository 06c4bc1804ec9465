import AccessPolicy
import HashTreeCollections
import Ledger
import ReleaseModel
import Store
import StrictJSON

/// A record as it comes in: without a salt, which the server makes, or with the one it was committed with.
private struct RecordContent: Decodable {
    var name: String
    var email: String
    var salt: String?

    func record(salt: [UInt8]) throws(Problem) -> PersonRecord {
        for (field, text) in [("name", self.name), ("email", self.email)] {
            guard (1...PersonRecord.maximumTextBytes).contains(text.utf8.count) else {
                throw .invalidParameter(field, "1 to \(PersonRecord.maximumTextBytes) bytes of text")
            }
        }
        return PersonRecord(name: self.name, email: self.email, salt: salt)
    }
}

extension Answering {
    /// Puts a record into the vault before the person is added.
    func addRecord(_ call: Call) async throws -> Answer {
        let content = try call.decoded(as: RecordContent.self)
        guard content.salt == nil else {
            throw Problem.invalidParameter("salt", "left out; the server makes one")
        }
        var generator = SystemRandomNumberGenerator()
        let salt = (0..<PersonRecord.saltBytes).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let commitment = try await self.store.vault.put(try content.record(salt: salt), at: call.now)
        return .json(["commitment": .string(commitment.description)], status: 201)
    }

    func readRecord(_ call: Call) async throws -> Answer {
        let person = try Self.person(call)
        guard let record = try await self.store.vault.record(of: person.commitment) else {
            throw Problem.notFound("record in the vault", field: "id")
        }
        return .json([
            "name": .string(record.name), "email": .string(record.email),
            "salt": .string(Hexadecimal.encode(record.salt)),
        ])
    }

    func putRecord(_ call: Call) async throws -> Answer {
        let person = try Self.person(call)
        let content = try call.decoded(as: RecordContent.self)
        guard let salt = content.salt.flatMap({ Hexadecimal.decode($0) }), salt.count == PersonRecord.saltBytes else {
            throw Problem.invalidParameter("salt", "64 lower-case hexadecimal digits")
        }
        let record = try content.record(salt: salt)
        guard record.commitment == person.commitment else { throw Problem.commitmentDiffers }
        let commitment = try await self.store.vault.put(record, at: call.now)
        return .json(["commitment": .string(commitment.description)])
    }

    private static func person(_ call: Call) throws(Problem) -> Person {
        guard let person = PersonID(call.argument).flatMap({ call.registry.people[$0] }) else {
            throw .notFound("person", field: "id")
        }
        return person
    }
}
