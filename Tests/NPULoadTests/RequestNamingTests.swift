import Foundation
import NPULoad
import Testing

@Suite("The identities of requests")
struct RequestNamingTests {
  @Test("are UUIDs that end in the number of the request", arguments: [0, 7, 255, 1 << 40])
  func makesUUIDs(index: Int) throws {
    let name = RequestNaming().name(of: index)
    let uuid = try #require(UUID(uuidString: name), "\(name)")
    #expect(uuid.uuidString.lowercased() == name)
    #expect(name.utf8.dropFirst(14).first == UInt8(ascii: "4"))
    #expect("89ab".utf8.contains(try #require(name.utf8.dropFirst(19).first)))
    #expect(Int(name.suffix(12), radix: 16) == index)
  }

  @Test("differ between the requests of a load and between loads")
  func differs() {
    let naming = RequestNaming()
    #expect(naming.name(of: 1).dropLast(12) == naming.name(of: 2).dropLast(12))
    #expect(naming.name(of: 1) != naming.name(of: 2))
    #expect(naming.name(of: 1) != RequestNaming().name(of: 1))
  }

  @Test("begin with a prefix where one is given")
  func takesAPrefix() {
    #expect(RequestNaming(prefix: "night-").name(of: 12) == "night-12")
    #expect(RequestNaming(prefix: "night-") == RequestNaming(prefix: "night-"))
  }
}
