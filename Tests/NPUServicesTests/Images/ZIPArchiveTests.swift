import TestSupport
import Testing

@testable import NPUServices

@Suite("Archives of images")
struct ZIPArchiveTests {
  private func texts(_ bytes: [UInt8]) throws -> [String: String] {
    let archive = try ZIPArchive(reading: bytes)
    return Dictionary(
      uniqueKeysWithValues: try archive.entries.map {
        ($0.name, String(decoding: try archive.contents(of: $0), as: UTF8.self))
      })
  }

  @Test("Deflated and streamed archives of another writer unpack to their files")
  func reading() throws {
    let first = String(repeating: "first ", count: 20)
    let second = String(repeating: "second ", count: 20)
    #expect(try texts(ImageFixtures.archive("deflated")) == ["image_0.png": first, "image_1.png": second])
    #expect(try texts(ImageFixtures.archive("streamed")) == ["image_0.png": first])
  }

  @Test("An archive that is cut anywhere is refused")
  func cut() {
    let bytes = ImageFixtures.archive("deflated")
    for count in 0..<bytes.count {
      #expect(throws: ZIPError.self, "\(count) bytes") { try texts(Array(bytes[..<count])) }
    }
  }

  @Test("A changed byte never traps, and never gives other contents than the true ones")
  func mutations() throws {
    let bytes = ImageFixtures.archive("deflated")
    let truth = Set(try texts(bytes).values)
    for index in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[index] ^= 1 << UInt8(bit)
        guard let archive = try? ZIPArchive(reading: changed) else { continue }
        for entry in archive.entries {
          guard let contents = try? archive.contents(of: entry) else { continue }
          #expect(truth.contains(String(decoding: contents, as: UTF8.self)), "byte \(index), bit \(bit)")
        }
      }
    }
  }

  @Test("Limits hold before anything is unpacked")
  func limits() {
    let bytes = ImageFixtures.archive("deflated")
    for limits in [ZIPLimits(files: 1), ZIPLimits(fileBytes: 100), ZIPLimits(totalBytes: 200)] {
      #expect { try ZIPArchive(reading: bytes, limits: limits) } throws: { ($0 as? ZIPError)?.kind == .limitExceeded }
    }
  }

  @Test("A file that holds more than the archive says is not unpacked further")
  func bomb() throws {
    var bytes = ImageFixtures.archive("deflated")
    // The unpacked length of the first file, in the directory.
    let directory = try #require(bytes.firstRange(of: [0x50, 0x4B, 0x01, 0x02]))
    bytes[directory.lowerBound + 24] = 10
    let archive = try ZIPArchive(reading: bytes)
    let first = try #require(archive.entries.first)
    #expect { try archive.contents(of: first) } throws: { ($0 as? ZIPError)?.kind == .damaged }
  }

  @Test("Two files that share bytes are refused")
  func overlap() throws {
    var bytes = ImageFixtures.archive("deflated")
    let directory = try #require(bytes.firstRange(of: [0x50, 0x4B, 0x01, 0x02])).lowerBound
    let second = directory + 46 + "image_0.png".utf8.count
    // The second entry points at the first file, with the first file's lengths and checksum.
    for offset in [16, 17, 18, 19, 20, 24, 42] { bytes[second + offset] = bytes[directory + offset] }
    #expect { try ZIPArchive(reading: bytes) } throws: { ($0 as? ZIPError)?.kind == .damaged }
  }
}
