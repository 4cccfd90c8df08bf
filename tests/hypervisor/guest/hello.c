#include "guest.h"
void guest_main(uint64_t boot_param)
{
	print("hello from level %d, boot_param %#lx\n", 1, boot_param);
	guest_exit(0);
}
