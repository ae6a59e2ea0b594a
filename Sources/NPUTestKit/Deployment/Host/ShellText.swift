/// Texts as words of a POSIX shell.
enum ShellText {
  /// The text as one word, whatever it holds but NUL.
  static func quoted(_ text: String) -> String { quoted(text, lineBreak: "\n") }

  /// The same on one line, for a shell that has a line break in its variable `n`.
  static func quotedOnOneLine(_ text: String) -> String { quoted(text, lineBreak: #"'"$n"'"#) }

  /// Byte by byte, as the shell reads it: a quote or a line break may be a part of a longer character of Swift.
  private static func quoted(_ text: String, lineBreak: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "'"): bytes += #"'\''"#.utf8
      case UInt8(ascii: "\n"): bytes += lineBreak.utf8
      default: bytes.append(byte)
      }
    }
    return "'" + String(decoding: bytes, as: UTF8.self) + "'"
  }

  /// The text as people would write it: quoted only where it must be.
  static func readable(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"): true
      default: "-_./:=,@%+".utf8.contains(byte)
      }
    }
    return isPlain && !text.isEmpty ? text : quoted(text)
  }
}
