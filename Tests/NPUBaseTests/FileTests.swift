import NPUBase
import TestSupport
import Testing

@Suite("A file")
struct FileTests {
  @Test("gives back what was written, piece by piece")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a")
    do {
      let file = try File(creating: path, replacing: false)
      try file.write([1, 2])
      try file.write([3])
    }
    let file = try File(reading: path)
    #expect(try file.size == 3)
    var bytes: [UInt8] = []
    #expect(try file.read(upTo: 2, into: &bytes) == 2)
    #expect(try file.read(upTo: 2, into: &bytes) == 1)
    #expect(try file.read(upTo: 2, into: &bytes) == 0)
    #expect(bytes == [1, 2, 3])
  }

  @Test("is not replaced unasked, and the error names it and says what to do")
  func existing() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("old", to: "a")
    let error = #expect(throws: FileError.self) { _ = try File(creating: path, replacing: false) }
    #expect(error?.kind == .open)
    #expect(error?.description.hasPrefix(path) == true)
    #expect(error?.message.contains("name another file or allow it to be replaced") == true)
    #expect(try folder.text("a") == "old")
    let file = try File(creating: path, replacing: true)
    #expect(try file.size == 0)
  }

  @Test("that is missing, or no file, is an error of its path")
  func missing() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: FileError.self) { _ = try File(reading: folder.file("none")) }
    #expect(error?.message.contains("check the path") == true)
    let other = #expect(throws: FileError.self) { _ = try File(readingRegular: folder.path) }
    #expect(other?.message.contains("not a regular file") == true)
  }

  @Test("has its folder made with the parents")
  func folders() throws {
    let folder = try TemporaryFolder()
    try Folder.check(folder.file("a/b/c"))
    #expect(!File.exists(folder.file("a")))
    try Folder.prepare(folder.file("a/b/c"))
    try Folder.check(folder.file("a/b/c"))
    try Folder.prepare(folder.file("a/b/c"))
    _ = try File(creating: folder.file("a/b/c/d"), replacing: false)
    let error = #expect(throws: FileError.self) { try Folder.prepare(folder.file("a/b/c/d/e")) }
    #expect(error?.kind == .open)
    #expect(throws: FileError.self) { try Folder.check(folder.file("a/b/c/d/e")) }
  }
}
