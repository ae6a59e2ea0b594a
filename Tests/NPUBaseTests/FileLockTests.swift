import Foundation
import NPUBase
import Synchronization
import TestSupport
import Testing

@Suite("The lock of a file")
struct FileLockTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("One at a time holds it, and nothing is left of it")
  func exclusive() throws {
    let path = folder.file("j")
    for _ in 0..<3 {
      let lock = try #require(try FileLock(beside: path))
      #expect(try FileLock(beside: path) == nil)
      #expect(File.exists(path + ".lock"))
      lock.release()
      #expect(!File.exists(path + ".lock"))
      lock.release()
    }
  }

  @Test("The file of a holder that was killed is no lock")
  func left() throws {
    let path = folder.file("j")
    _ = try folder.write("", to: "j.lock")
    let lock = try FileLock(beside: path)
    #expect(lock != nil)
    lock?.release()
  }

  @Test("Two names of one file have one lock")
  func link() throws {
    try FileManager.default.createSymbolicLink(atPath: folder.file("k"), withDestinationPath: folder.file("j"))
    let lock = try FileLock(beside: folder.file("k"))
    #expect(try FileLock(beside: folder.file("j")) == nil)
    lock?.release()
  }

  /// Those that hold it now.
  private final class Holders: Sendable {
    private let count = Mutex(0)

    func come() -> Int {
      count.withLock { count in
        count += 1
        return count
      }
    }

    func go() { count.withLock { $0 -= 1 } }
  }

  @Test("Of many that come and go at a time never two hold it")
  func contended() async throws {
    let path = folder.file("j")
    let holders = Holders()
    let most = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask {
          var most = 0
          for _ in 0..<200 {
            guard let lock = (try? FileLock(beside: path)) ?? nil else { continue }
            most = max(most, holders.come())
            holders.go()
            lock.release()
          }
          return most
        }
      }
      return await group.reduce(0, max)
    }
    #expect(most == 1)
  }

  @Test("Where no file can be made it says so")
  func nowhere() {
    #expect { try FileLock(beside: folder.file("none/j")) } throws: { ($0 as? FileError)?.kind == .open }
  }
}
