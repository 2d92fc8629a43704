//! Whether anybody can get what is written to stdout.

/// Whether stdout was closed before the program began (`>&-`).
///
/// The standard library then opens `/dev/null` in its place, so that no file of ours takes the number 1. That can be told from
/// a shell's `> /dev/null` by its mode: it is open for reading as well. Some programs open it so for the programs that they
/// start; who wants an exit code only is therefore never refused.
#[cfg(all(unix, feature = "tui"))]
pub fn is_stdout_lost() -> bool {
    use rustix::fs::{OFlags, fcntl_getfl, fstat, stat};
    let out = std::io::stdout();
    let both = fcntl_getfl(&out).is_ok_and(|flags| flags & OFlags::RWMODE == OFlags::RDWR);
    let same =
        |here: rustix::fs::Stat, null: rustix::fs::Stat| (here.st_rdev, here.st_ino) == (null.st_rdev, null.st_ino);
    both && matches!((fstat(&out), stat("/dev/null")), (Ok(here), Ok(null)) if same(here, null))
}

/// Cannot be told here.
#[cfg(not(all(unix, feature = "tui")))]
pub fn is_stdout_lost() -> bool {
    false
}
