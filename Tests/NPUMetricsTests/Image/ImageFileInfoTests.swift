import Foundation
import NPUMetrics
import Testing

@Suite("The header and the end of image files") struct ImageFileInfoTests {
  /// Files of one image of 37 by 23 pixels, as Pillow writes it.
  static let files = [
    "alpha.webp", "animated.gif", "animated.webp", "baseline.jpg", "exif-restart.jpg", "gray.jpg", "lossless.webp",
    "lossy.webp", "mono.bmp", "palette.bmp", "progressive.jpg", "rgb.bmp", "rgb.png", "still.gif",
  ]

  static func bytes(_ file: String) throws -> [UInt8] {
    let folder = try #require(Bundle.module.url(forResource: "Fixtures/image-files", withExtension: nil))
    return Array(try Data(contentsOf: folder.appending(path: file)))
  }

  @Test("Format and size are read from every format", arguments: files)
  func size(_ file: String) throws {
    let info = try ImageFileInfo(checking: Self.bytes(file))
    #expect((info.width, info.height) == (37, 23))
    let endings: [String: FileSignature] = ["webp": .webp, "gif": .gif, "jpg": .jpeg, "bmp": .bmp, "png": .png]
    #expect(info.format == endings[file.split(separator: ".").last.map(String.init) ?? ""])
  }

  @Test("Bytes behind the end are not looked at", arguments: files)
  func trailing(_ file: String) throws {
    let bytes = try Self.bytes(file)
    #expect(try ImageFileInfo(checking: bytes + [0, 0xFF, 1, 2]) == ImageFileInfo(checking: bytes))
  }

  @Test("A file that is cut anywhere is refused, and never traps", arguments: files)
  func cut(_ file: String) throws {
    let bytes = try Self.bytes(file)
    for length in 0..<bytes.count {
      #expect(throws: ImageFileError.self, "\(length) of \(bytes.count)") {
        try ImageFileInfo(checking: Array(bytes.prefix(length)))
      }
    }
    let error = #expect(throws: ImageFileError.self) { try ImageFileInfo(checking: Array(bytes.dropLast(1))) }
    #expect(error?.kind == .truncated)
    #expect(error?.message.contains("cut off") == true)
  }

  @Test("Pieces of any size give the same", arguments: files)
  func pieces(_ file: String) throws {
    let bytes = try Self.bytes(file)
    let whole = try ImageFileInfo(checking: bytes)
    for size in [1, 2, 3, 7, 64] {
      var walk = try #require(ImageFileWalk(whole.format))
      for start in stride(from: 0, to: bytes.count, by: size) {
        try walk.take(Array(bytes[start..<min(bytes.count, start + size)]).span)
      }
      #expect(try walk.finish() == whole)
    }
  }

  @Test("Any changed byte gives a size, or an error that says what is wrong", arguments: files)
  func changed(_ file: String) throws {
    let bytes = try Self.bytes(file)
    for index in bytes.indices {
      for value in [0, 0x7F, 0xFF, bytes[index] ^ 1] as [UInt8] {
        var other = bytes
        other[index] = value
        do {
          let info = try ImageFileInfo(checking: other)
          #expect(info.width > 0 && info.height > 0)
        } catch {
          #expect(!error.message.isEmpty)
        }
      }
    }
  }

  @Test("What holds no image is refused")
  func empty() {
    for (bytes, part) in [
      ([0xFF, 0xD8, 0xFF, 0xD9], "no image data"),
      (Array("GIF89a".utf8) + [1, 0, 1, 0, 0, 0, 0, 0x3B], "no image data"),
      (Array("RIFF".utf8) + [4, 0, 0, 0] + Array("WEBP".utf8), "no image data"),
      (Array("RIFF".utf8) + [16, 0, 0, 0] + Array("WEBPVP8 ".utf8) + [255, 255, 255, 255, 0, 0, 0, 0], "damaged"),
      (Array("RIFFxxxxWAVE".utf8), "WAV"), (Array("{}".utf8), "JSON"), ([], "no known format"),
    ] as [([UInt8], String)] {
      let error = #expect(throws: ImageFileError.self) { try ImageFileInfo(checking: bytes) }
      #expect(error?.message.contains(part) == true, "\(error?.message ?? "") lacks \(part)")
    }
  }

  @Test("A bitmap of impossible size is refused and does not overflow")
  func hugeBitmap() throws {
    var bytes = try Self.bytes("rgb.bmp")
    for index in 18..<26 { bytes[index] = index % 4 == 1 ? 0x7F : 0xFF }
    bytes[28] = 0xFF
    bytes[29] = 0xFF
    #expect(throws: ImageFileError.self) { try ImageFileInfo(checking: bytes) }
  }
}

@Suite("What files look like") struct FileSignatureTests {
  @Test(
    "The first bytes name the format",
    arguments: [
      ("RIFF\0\0\0\0WAVEfmt ", FileSignature.wav), ("RF64\0\0\0\0WAVEds64", .wav), ("RIFF\0\0\0\0WEBPVP8 ", .webp),
      ("GIF89a", .gif), ("BM\u{1}\0\0\0\0\0\0\0", .bmp), ("II*\0", .tiff), ("\0\0\0\u{20}ftypavif", .avif),
      ("\0\0\0\u{20}ftypheic", .heic), ("PK\u{3}\u{4}", .zip), ("PK\u{5}\u{6}", .zip),
    ])
  func texts(text: String, signature: FileSignature) {
    #expect(FileSignature(of: Array(text.utf8)) == signature)
  }

  @Test("What stands behind an ID3 tag is looked at")
  func tagged() throws {
    func tagged(_ rest: [UInt8], size: Int = 21, footer: Bool = false) -> [UInt8] {
      let flags: UInt8 = footer ? 0x10 : 0
      return Array("ID3".utf8) + [4, 0, flags, 0, 0, UInt8(size >> 7), UInt8(size & 0x7F)]
        + [UInt8](repeating: 0x41, count: size + (footer ? 10 : 0)) + rest
    }
    let wav = Array("RIFF\0\0\0\0WAVEfmt ".utf8)
    for size in [0, 21, 300] {
      for footer in [false, true] {
        #expect(FileSignature(of: tagged(wav, size: size, footer: footer)) == .taggedWAV)
        #expect(FileSignature(of: tagged(Array("fLaC".utf8), size: size, footer: footer)) == .flac)
        #expect(FileSignature(of: tagged([0xFF, 0xFB, 0x90, 0x64], size: size, footer: footer)) == .mp3)
      }
    }
    #expect(FileSignature(of: Array(tagged(wav).prefix(20))) == .mp3)
    let error = #expect(throws: AudioError.self) { try WAVFile(tagged(wav)) }
    #expect(error?.message.contains("look like WAV behind an ID3 tag") == true)
  }
}
