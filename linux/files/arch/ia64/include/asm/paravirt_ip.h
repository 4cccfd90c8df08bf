/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where an instruction came from. A bundle with a patched site runs in an
 * out-of-line copy; a fault there is looked up at the bundle it was copied from, and
 * code that is to go on in the middle of such a bundle goes on in the copy. And where
 * no instruction may be probed: in pv_ops itself.
 */
#ifndef _ASM_IA64_PARAVIRT_IP_H
#define _ASM_IA64_PARAVIRT_IP_H

#ifdef CONFIG_PARAVIRT

extern bool paravirt_patched;

unsigned long __paravirt_original_ip(unsigned long ip);
unsigned long __paravirt_resume_ip(unsigned long ip);

/* ip: bundle address plus slot number, as in the exception tables */
static inline unsigned long paravirt_original_ip(unsigned long ip)
{
	return unlikely(paravirt_patched) ? __paravirt_original_ip(ip) : ip;
}

static inline unsigned long paravirt_resume_ip(unsigned long ip)
{
	return unlikely(paravirt_patched) ? __paravirt_resume_ip(ip) : ip;
}

struct unw_frame_info;
unsigned long *__paravirt_unwind(struct unw_frame_info *info);
void __paravirt_unwind_rp(struct unw_frame_info *info, unsigned long *rp);

/* Before the unwinder looks up info->ip: where the frame's b0 is, if not where it expects it. */
static inline unsigned long *paravirt_unwind(struct unw_frame_info *info)
{
	return unlikely(paravirt_patched) ? __paravirt_unwind(info) : NULL;
}

/* And after that. */
static inline void paravirt_unwind_rp(struct unw_frame_info *info, unsigned long *rp)
{
	if (unlikely(rp))
		__paravirt_unwind_rp(info, rp);
}

extern char __start_pv_asm_text[], __end_pv_asm_text[];
extern char __start_pv_text[], __end_pv_text[];

/*
 * The flavours of the assembly run at psr.ic = 0 at many places, and the functions of a backend
 * are called on the way to the handler of a probe.
 */
static inline bool paravirt_not_probed(unsigned long ip)
{
	const char *at = (const char *)ip;

	return (at >= __start_pv_asm_text && at < __end_pv_asm_text) ||
	       (at >= __start_pv_text && at < __end_pv_text);
}

#else

struct unw_frame_info;

static inline bool paravirt_not_probed(unsigned long ip)
{
	return false;
}

static inline unsigned long *paravirt_unwind(struct unw_frame_info *info)
{
	return NULL;
}

static inline void paravirt_unwind_rp(struct unw_frame_info *info, unsigned long *rp)
{
}

static inline unsigned long paravirt_resume_ip(unsigned long ip)
{
	return ip;
}

static inline unsigned long paravirt_original_ip(unsigned long ip)
{
	return ip;
}

#endif /* CONFIG_PARAVIRT */
#endif /* _ASM_IA64_PARAVIRT_IP_H */
