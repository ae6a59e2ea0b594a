/// Changes of an output that happen on its way and say nothing.
enum OutputNoise {
  static func variants(of text: String) -> [(name: String, text: String)] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    func joined(_ change: (String) -> String) -> String {
      lines.map { $0.isEmpty ? $0 : change($0) }.joined(separator: "\n")
    }
    return [
      ("carriage returns", lines.joined(separator: "\r\n")),
      ("trailing blanks", joined { $0 + "  \t" }),
      ("leading tab", joined { "\t" + $0 }),
      ("leading blanks", joined { "        " + $0 }),
      ("no last line end", text.last == "\n" ? String(text.dropLast()) : text),
      ("prompt before", "[root@host ~]# npu-smi info\n" + text),
      ("command before", "npu-smi info | tee out.txt\n\n" + text),
      ("driver's log before", "DrvMngGetConsoleLogLevel failed. (ret=4)\n(g_conLogLevel=3)\n" + text),
      ("byte order mark", "\u{FEFF}" + text),
      ("warning after", text + "\n[WARNING]The driver package may not be completely installed, please check.\n"),
      ("prompt after", text + "\n[root@host ~]# exit\nlogout\n"),
      ("blank lines around", "\n\n" + text + "\n\n\n"),
    ]
  }
}
