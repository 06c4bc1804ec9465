import AccessPolicy
import HashTreeCollections
import ReleaseModel
import SluiceTesting
import Testing

@Suite("The first people")
struct BootstrapTests {
    private func people(_ roles: [Role]...) throws -> [AddPerson] {
        var generator = SeededGenerator(seed: 1)
        return try roles.map { try House.newPerson($0, &generator) }
    }

    private func refusal(_ people: [AddPerson], in registry: Registry = Registry()) -> Refusal? {
        var generator = SeededGenerator(seed: 2)
        do {
            _ = try registry.bootstrap(people, at: World.noon, using: &generator)
            return nil
        } catch {
            return error
        }
    }

    @Test("are each added with a key of their own")
    func added() throws {
        var generator = SeededGenerator(seed: 2)
        let people = try self.people([.admin], [.approver])
        let events = try Registry().bootstrap(people, at: World.noon, using: &generator)
        #expect(events.map(\.kind) == [.personAdded, .keyIssued, .personAdded, .keyIssued])
        let registry = Registry(folding: events.map { ControlEntry(at: World.noon, by: .host, event: $0) })
        #expect(registry.people.count == 2 && Set(registry.people.keys).count == 2)
        for person in people {
            let key = try #require(registry.keys[person.key])
            #expect(key.kind == .person && key.digest == person.keyDigest)
        }
    }

    @Test("are at least two, one of them an administrator, another an approver")
    func rules() throws {
        #expect(self.refusal([])?.code == .invalidField)
        #expect(self.refusal(try self.people([.admin]))?.code == .invalidField)
        #expect(self.refusal(try self.people([.admin], [.viewer]))?.code == .invalidField)
        #expect(self.refusal(try self.people([.approver], [.releaseManager]))?.code == .invalidField)
        #expect(self.refusal(try self.people([.admin, .approver], [.approver]))?.field == "roles")
        #expect(self.refusal(try self.people([.admin, .admin], [.approver]))?.field == "roles")
        #expect(self.refusal(try self.people([.admin], [.approver], [])) == nil)
        var shared = try self.people([.admin], [.approver])
        shared[1].key = shared[0].key
        #expect(self.refusal(shared)?.code == .invalidField)
    }

    @Test("come once")
    func once() throws {
        let house = try House()
        #expect(self.refusal(try self.people([.admin], [.approver]), in: house.registry)?.code == .alreadyExists)
    }

    @Test("can still come after the access log's head was noted")
    func afterCheckpoint() throws {
        let checkpoint = ControlEvent.accessLogCheckpointed(AccessLogCheckpoint(note: "access\n0\n"))
        let registry = Registry(folding: [ControlEntry(at: World.noon, by: .system, event: checkpoint)])
        let people = try self.people([.admin], [.approver])
        #expect(self.refusal(people, in: registry) == nil)
    }
}
